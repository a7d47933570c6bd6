#!/usr/bin/env bash
# Bluesky as it really is: PDS, identity directory and AppView from their own packages, started
# here, written to through their own API, and read by the built program.
#
#   tests/real/atproto.sh [path of the groundswell program]
#
# Needs Debian's nodejs 20, npm, g++, make, libnode-dev, postgresql, redis-server, sqlite3 and, once,
# the network: where apt-get is there and we are root, what is missing is installed. Everything
# listens on 127.0.0.1 only and is gone at the end; the packages of npm stay in
# $GROUNDSWELL_REAL_CACHE (default: ~/.cache/groundswell-real) for the next time.
set -euo pipefail
cd "$(dirname "$0")/../.."
here="$PWD/tests/real"

program="${1:-}"
if [ -z "$program" ]; then
  cargo build --locked
  program="target/debug/groundswell"
fi
program="$(cd "$(dirname "$program")" && pwd)/$(basename "$program")"

passed=0 failed=0
pass() { passed=$((passed + 1)); echo "PASS $1"; }
fail() { failed=$((failed + 1)); echo "FAIL $1"; }
# A line for a command that says itself what is wrong.
expect() {
  local what="$1"; shift
  if "$@" >"$scratch/said" 2>&1; then pass "$what: $(tail -1 "$scratch/said")"
  else fail "$what"; cat "$scratch/said"; fi
}

# --- What it needs

missing=""
command -v node >/dev/null || missing="$missing nodejs"
command -v npm >/dev/null || missing="$missing npm"
command -v g++ >/dev/null || missing="$missing g++"
command -v make >/dev/null || missing="$missing make"
command -v redis-server >/dev/null || missing="$missing redis-server"
command -v sqlite3 >/dev/null || missing="$missing sqlite3"
command -v curl >/dev/null || missing="$missing curl"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -e /usr/include/node/node.h ] || missing="$missing libnode-dev"
if [ -n "$missing" ]; then
  echo "installing:$missing"
  # RUNLEVEL=1: the services are not started, ours run on ports of their own.
  # shellcheck disable=SC2086
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >/dev/null
fi

cache="${GROUNDSWELL_REAL_CACHE:-$HOME/.cache/groundswell-real}/atproto"
mkdir -p "$cache"
package='{"private": true, "dependencies": {"@atproto/dev-env": "0.3.215"}}'
if [ ! -e "$cache/ready" ] || [ "$(cat "$cache/package.json")" != "$package" ]; then
  rm -f "$cache/ready"
  echo "$package" >"$cache/package.json"
  # The database module is compiled against the headers of Debian's Node, not fetched.
  (cd "$cache" && npm_config_nodedir=/usr npm install --no-audit --no-fund --loglevel=error) >&2
  touch "$cache/ready"
fi

# --- Servers of our own

scratch="$(mktemp -d)"
chmod 755 "$scratch"
children=()
finish() {
  for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$scratch"
}
trap finish EXIT
port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'; }
until_ready() {
  for _ in $(seq 300); do
    if "${@:2}" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  echo "error: $1 does not start:"; tail -20 "$scratch/$1.log"; exit 2
}

pg_port="$(port)" redis_port="$(port)"
pg_bin="$(ls -d /usr/lib/postgresql/*/bin | tail -1)"
# PostgreSQL does not run as root.
as_pg=()
if [ "$(id -u)" = 0 ]; then as_pg=(runuser -u postgres --); fi
mkdir "$scratch/pg"
[ "$(id -u)" != 0 ] || chown postgres "$scratch/pg"
"${as_pg[@]}" "$pg_bin/initdb" -D "$scratch/pg" -U postgres -A trust >"$scratch/initdb.log"
"${as_pg[@]}" "$pg_bin/postgres" -D "$scratch/pg" -p "$pg_port" -h 127.0.0.1 -k "$scratch/pg" \
  -c fsync=off >"$scratch/postgres.log" 2>&1 &
children+=($!)
redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --dir "$scratch" >"$scratch/redis.log" 2>&1 &
children+=($!)
until_ready postgres "$pg_bin/pg_isready" -h 127.0.0.1 -p "$pg_port"
until_ready redis redis-cli -p "$redis_port" ping

export MODULES="$cache" SCRATCH="$scratch"
PLC_PORT="$(port)" PDS_PORT="$(port)" APPVIEW_PORT="$(port)" SEARCH_PORT="$(port)"
export PLC_PORT PDS_PORT APPVIEW_PORT SEARCH_PORT
export DB_POSTGRES_URL="postgresql://postgres@127.0.0.1:$pg_port/postgres" REDIS_HOST="127.0.0.1:$redis_port"
export NODE_ENV=production LOG_ENABLED=false

node "$here/atproto.mjs" plc >"$scratch/plc.log" 2>&1 &
children+=($!)
until_ready plc curl -fsS "http://127.0.0.1:$PLC_PORT/_health"
network_up() {
  node "$here/atproto.mjs" network >"$scratch/network.log" 2>&1 &
  network=$!
  children+=("$network")
  until_ready network curl -fsS "http://127.0.0.1:$PDS_PORT/xrpc/_health"
  until_ready network curl -fsS "http://127.0.0.1:$APPVIEW_PORT/xrpc/_health"
}
network_down() { kill "$network"; wait "$network" 2>/dev/null || true; }
# The AppView has read all that the PDS has to tell.
settled() {
  local want="$1"
  for _ in $(seq 600); do
    local held
    held="$("$pg_bin/psql" -h 127.0.0.1 -p "$pg_port" -U postgres -At -c 'select count(*) from appview.post')"
    if [ "$held" = "$want" ]; then return 0; fi
    sleep 0.1
  done
  echo "error: the AppView holds $held posts, not $want"; exit 2
}

network_up
pass "the network is up on 127.0.0.1: PLC, PDS, AppView"
listening="$(ss -ltnH 2>/dev/null | awk '{print $4}' | grep -E ":($PLC_PORT|$PDS_PORT|$APPVIEW_PORT|$SEARCH_PORT|$pg_port|$redis_port)\$" || true)"
if [ -n "$listening" ] && ! grep -qv '^127\.0\.0\.1:' <<<"$listening"; then pass "nothing listens beyond this machine"
else fail "nothing listens beyond this machine: $listening"; fi

# --- Our side

home="$scratch/home"
"$program" init "$home" >/dev/null
appview="127.0.0.1:$APPVIEW_PORT" pds="127.0.0.1:$PDS_PORT"
cat >"$home/catalogue.csv" <<'CSV'
sku,name,aliases,aliases_ja
KETTLE-01,Aurora kettle,hervidor Aurora|Wasserkocher Aurora|오로라 주전자,オーロラケトル
CSV
# As a user would for a server without TLS: the built-in source, with another scheme.
for name in bluesky-search bluesky-author bluesky-thread; do
  "$program" --dir "$scratch" source show "$name" | sed 's|^url = "https://|url = "http://|' >"$home/sources/$name.toml"
done
watch() { # SOURCE QUERY
  printf '[[watch]]\nsource = "%s"\nqueries = ["%s"]\nschedule = "0 * * * *"\nparams = { appview = "%s" }\n' "$1" "$2" "$appview"
}
settings() {
  cat >"$home/groundswell.toml" <<TOML
[crawl]
contact = "test@example.org"
host_pause_ms = 1000
private_hosts = ["$appview", "$pds"]
$(watch bluesky-search windmill)
$(watch bluesky-search Aurora)
$(watch bluesky-search オーロラ)
$(watch bluesky-search 오로라)
$(watch bluesky-author dana.test)
$(watch bluesky-thread "$1")
TOML
}
held() { # SOURCE: what the store holds, as the checker reads it
  sqlite3 -readonly -json "$home/data/groundswell.sqlite" "
    SELECT p.id, p.text, p.gone, p.author, r.thread, t.language,
           (SELECT json_group_array(m.value ->> '\$.sku') FROM json_each(t.mentions) m) AS skus
    FROM post_view p JOIN record r ON r.newest = 1 AND lower(hex(r.key)) = p.key
    LEFT JOIN tag_view t ON t.key = p.key
    WHERE p.source = '$1'"
}
compare() { # WHAT SOURCE FILTER
  held "$2" >"$scratch/held.json"
  expect "$1" node "$here/atproto.mjs" check "$2" "$3" <"$scratch/held.json"
}
crawl() {
  if "$program" --dir "$home" crawl --all --format json "$@" >"$scratch/crawl.json" 2>"$scratch/crawl.log"; then
    node -p 'JSON.parse(fs.readFileSync(process.argv[1])).map((s) => `${s.source} ${s.pages} pages, ${s.new} new`).join("; ")' "$scratch/crawl.json"
  else
    cat "$scratch/crawl.log"
    return 1
  fi
}
compare_all() {
  compare "$1: searches in five languages and several time windows" bluesky-search search
  compare "$1: an account, page by page" bluesky-author dana
  compare "$1: a thread at every depth" bluesky-thread thread
}

# A daemon of its own hears the firehose from the start.
live="$scratch/live"
"$program" init "$live" >/dev/null
cp "$home/catalogue.csv" "$live/catalogue.csv"
"$program" --dir "$scratch" source show bluesky-firehose | sed 's|^url = "wss://|url = "ws://|' >"$live/sources/bluesky-firehose.toml"
cat >"$live/groundswell.toml" <<TOML
[crawl]
contact = "test@example.org"
host_pause_ms = 1000
private_hosts = ["$pds"]
[[watch]]
source = "bluesky-firehose"
schedule = "* * * * *"
params = { host = "$pds" }
TOML
daemon_up() {
  "$program" --dir "$live" run >>"$scratch/daemon.log" 2>&1 &
  daemon=$!
  children+=("$daemon")
}
daemon_kill() { kill -9 "$daemon"; wait "$daemon" 2>/dev/null || true; }
# What arrives is there within a minute, or never.
hears() { # WHAT
  for _ in $(seq 60); do
    home="$live" held bluesky-firehose >"$scratch/held.json" 2>/dev/null || true
    if node "$here/atproto.mjs" check bluesky-firehose all <"$scratch/held.json" >"$scratch/said" 2>&1; then
      pass "firehose, $1: $(tail -1 "$scratch/said")"
      return 0
    fi
    sleep 1
  done
  fail "firehose, $1"; cat "$scratch/said"; tail -5 "$scratch/daemon.log"
}
daemon_up
for _ in $(seq 100); do
  if ss -tnH 2>/dev/null | grep ESTAB | grep -q "groundswell\|:$PDS_PORT"; then break; fi
  sleep 0.1
done
sleep 1

node "$here/atproto.mjs" write first
settled 264
hears "while it is written"
settings "$(node -p 'JSON.parse(require("fs").readFileSync(process.env.SCRATCH + "/ledger.json")).thread')"
expect "settings are right" "$program" --dir "$home" check
expect "a crawl" crawl
compare_all "after the first crawl"
pages="$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).find((s) => s.source == "bluesky-search").pages' "$scratch/crawl.json")"
if [ "$pages" -ge 6 ]; then pass "a search of 250 posts takes three pages, three others one each: $pages"
else fail "a search of 250 posts takes three pages: $pages in all"; fi
expect "the same crawl again" crawl
compare_all "after the same crawl again"

# The network goes away and comes back; our side is killed in the middle of reading what is new.
daemon_kill
node "$here/atproto.mjs" write second
settled 399
daemon_up
hears "after our side was killed while people wrote"
network_down
# One source only: five failures in a row, and the host is left alone for five minutes.
if crawl --source bluesky-thread >/dev/null; then fail "a crawl without a network says so"; else
  failed_pages="$(sqlite3 -readonly "$home/data/groundswell.sqlite" 'SELECT sum(failed) FROM coverage')"
  if [ "$failed_pages" -gt 0 ]; then pass "a crawl without a network says so: $failed_pages requests failed in the coverage"
  else fail "a crawl without a network says so: coverage has no failure"; fi
fi
network_up
settled 399
"$program" --dir "$home" crawl --all >/dev/null 2>&1 & ours=$!
sleep 2.5
kill -9 "$ours"; wait "$ours" 2>/dev/null || true
expect "a crawl after both sides were restarted" crawl --wait
compare_all "after both sides were restarted"

# What is gone from a thread is gone from the searches and the account's posts too.
node "$here/atproto.mjs" write thread-gone
settled 398
expect "a crawl after a post was deleted" crawl
compare_all "after a post was deleted"

hears "across a restart of the server, with a deletion"
node "$here/atproto.mjs" write changes
hears "an edit and two deletions"
kill "$daemon"; wait "$daemon" 2>/dev/null || true
hears "after the daemon has ended"

expect "the store is sound" "$program" --dir "$home" store check
expect "the store of the daemon is sound" "$program" --dir "$live" store check
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
