#!/usr/bin/env bash
# Chat from an IRC server that others wrote: Debian's inspircd, with IRCv3 tags over WebSocket, as
# Twitch has it. Lines arrive in the log once each, across a restart of the server and of ours.
# Needs Debian's inspircd and Python 3; where apt-get is there and we are root, inspircd is installed.
#
#   tests/real/irc.sh [path of the groundswell program]
set -euo pipefail
cd "$(dirname "$0")/../.."

program="${1:-}"
if [ -z "$program" ]; then
  cargo build --locked
  program="target/debug/groundswell"
fi
program="$(cd "$(dirname "$program")" && pwd)/$(basename "$program")"
irc="$(pwd)/tests/real/irc.py"

if ! command -v inspircd >/dev/null; then
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends inspircd >/dev/null
fi

scratch="$(mktemp -d)"
server="" daemon=""
finish() {
  for child in $daemon $server; do kill "$child" 2>/dev/null || true; done
  rm -rf "$scratch"
}
trap finish EXIT
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
plain="$(free_port)" web="$(free_port)"

mkdir "$scratch/irc"
cat > "$scratch/irc/inspircd.conf" <<CONF
<server name="irc.example" description="test" network="Test">
<admin name="test" nick="test" email="test@irc.example">
<path configdir="$scratch/irc" datadir="$scratch/irc" logdir="$scratch/irc" moduledir="/usr/lib/inspircd/modules" runtimedir="$scratch/irc">
<bind address="127.0.0.1" port="$plain" type="clients">
<bind address="127.0.0.1" port="$web" type="clients" hook="websocket">
<module name="sha1">
<module name="websocket">
<wsorigin allow="*">
<websocket defaultmode="text">
<module name="cap">
<module name="ircv3_ctctags">
<module name="ircv3_msgid">
<module name="ircv3_servertime">
<connect name="main" allow="*" timeout="30" pingfreq="15" threshold="1000000" commandrate="1000000" fakelag="no" recvq="1048576" softsendq="1048576" hardsendq="1048576" localmax="10" globalmax="10" resolvehostnames="no" useident="no">
<options defaultbind="ipv4">
<log method="file" type="*" level="default" target="$scratch/irc/irc.log">
CONF
start_server() {
  inspircd --runasroot --nofork --nopid --config="$scratch/irc/inspircd.conf" >"$scratch/irc/out" 2>&1 &
  server=$!
  for _ in $(seq 100); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$web") 2>/dev/null; then return; fi
    sleep 0.1
  done
  cat "$scratch/irc/out"; echo "inspircd did not start"; exit 1
}

home="$scratch/home"
mkdir -p "$home/sources"
cat > "$home/sources/irc-channel.toml" <<'TOML'
name = "irc-channel"
title = "A channel of an IRC server with WebSocket"
home = "https://irc.example"
class = "social"
kind = "chat"
access = "documented-api"
terms = "https://ircv3.net/irc/"
tier = "none"
proven = true
stance = "A server of our own."
query = "name of the channel"

[[param]]
name = "host"
help = "host and port"
example = "irc.example:8067"

[request]
url = "ws://{host}/"
headers = { origin = "https://shop.example" }

[stream]
protocol = "websocket"
decode = "irc"
page_s = 1
say = ["CAP REQ :message-tags server-time", "NICK gwlistener", "USER gw 0 * :gw", "CAP END", "JOIN #{query}"]

[[read]]
format = "ndjson"

[read.fields]
id = "tags.msgid"
text = "text"
author = "source"
time = "tags.time"
TOML
cat > "$home/groundswell.toml" <<TOML
[report]
language = "en"
[crawl]
contact = "shop@example.com"
private_hosts = ["127.0.0.1:$web"]
host_pause_ms = 100
[[watch]]
source = "irc-channel"
queries = ["shop"]
market = "us"
schedule = "@hourly"
params.host = "127.0.0.1:$web"
TOML

start_daemon() {
  "$program" run --dir "$home" 2>>"$scratch/daemon.log" &
  daemon=$!
}
chat() { python3 "$irc" "$plain" "#shop" gwlistener "$1" 200; }
count() { "$program" store export --dir "$home" 2>/dev/null | grep -o 'dishwasher safe' | wc -l; }
wait_for() {
  for _ in $(seq 300); do
    if [ "$(count)" = "$1" ]; then return; fi
    sleep 0.2
  done
  cat "$scratch/daemon.log"; echo "expected $1 lines in the log, there are $(count)"; exit 1
}

start_server
start_daemon
chat 1
wait_for 200
echo "200 lines arrived"

# Longer than the server waits for an answer to its ping.
sleep 40
chat 201
wait_for 400
echo "still there after two pings of the server; 400 lines"

kill -KILL "$server"; wait "$server" 2>/dev/null || true
start_server
chat 401
wait_for 600
echo "600 lines across a restart of the server"

kill -KILL "$daemon"; wait "$daemon" 2>/dev/null || true
start_daemon
chat 601
wait_for 800
echo "800 lines across a kill of ours"

kill -TERM "$daemon"; wait "$daemon"; daemon=""
lines="$("$program" store export --dir "$home" | grep -o 'line [0-9]*:' | sort -u | wc -l)"
[ "$lines" = 800 ] || { echo "expected 800 different lines, there are $lines"; exit 1; }
"$program" store check --dir "$home" >/dev/null
echo "irc: 800 of 800 lines, each once; ended in good order"
