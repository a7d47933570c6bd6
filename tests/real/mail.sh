#!/usr/bin/env bash
# Mails against a mail server that others wrote: aiosmtpd takes what `report --send` sends, and
# Python's own mail parser reads it. Needs Python 3 and, once, the network (PyPI).
#
#   tests/real/mail.sh [path of the groundswell program]
set -euo pipefail
cd "$(dirname "$0")/../.."

program="${1:-}"
if [ -z "$program" ]; then
  cargo build --locked
  program="target/debug/groundswell"
fi
program="$(cd "$(dirname "$program")" && pwd)/$(basename "$program")"

scratch="$(mktemp -d)"
server=""
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi
  rm -rf "$scratch"
}
trap finish EXIT

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check "aiosmtpd==1.4.6"

mkdir "$scratch/mails"
"$scratch/venv/bin/python" tests/real/mail.py serve "$scratch/mails" "$scratch/port" &
server=$!
for _ in $(seq 100); do
  if [ -s "$scratch/port" ]; then break; fi
  sleep 0.1
done
port="$(cat "$scratch/port")"

home="$scratch/home"
"$program" init "$home" >/dev/null
cat > "$home/groundswell.toml" <<TOML
[report]
title = "Harbour Goods 海港商行"
language = "zh"
[mail]
host = "127.0.0.1"
port = $port
security = "none"
from = "Trends <trends@shop.example>"
TOML
cat > "$home/subscribers.toml" <<TOML
[[subscriber]]
name = "王敏"
address = "min@shop.example"
[[subscriber]]
name = "Ops, night shift"
address = "ops@shop.example"
language = "en"
[[subscriber]]
name = "Berlin"
address = "berlin@shop.example"
markets = ["de"]
TOML
printf 'sku,name\nMUG-01,"Travel mug <b>500 ml</b>"\n' > "$home/catalogue.csv"
printf 'sku,market,on_hand,production_days,freight_days,moq,carton\nMUG-01,us,0,15,30,200,24\n' > "$home/stock.csv"
"$scratch/venv/bin/python" tests/real/mail.py orders > "$scratch/orders.csv"
"$program" --dir "$home" import "$scratch/orders.csv" --as sales --source shop --market us 2>/dev/null

"$program" --dir "$home" report --send
"$program" --dir "$home" report --send > "$scratch/again"
cat "$scratch/again"
"$scratch/venv/bin/python" tests/real/mail.py check "$scratch/mails" "$scratch/again"
