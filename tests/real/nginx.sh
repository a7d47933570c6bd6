#!/usr/bin/env bash
# Crawling against a web server that others wrote: Debian's nginx on loopback, with conditional
# requests, compression, refusals, faults, redirects and robots.txt as it serves them.
#
#   tests/real/nginx.sh [path of the groundswell program]
#
# Needs nginx-light, libnginx-mod-http-echo, libnginx-mod-http-brotli-filter, python3 and sqlite3: where
# apt-get is there and we are root, what is missing is installed. Everything listens on 127.0.0.1.
set -euo pipefail
cd "$(dirname "$0")/../.."

program="${1:-}"
if [ -z "$program" ]; then
  cargo build --locked
  program="target/debug/groundswell"
fi
program="$(cd "$(dirname "$program")" && pwd)/$(basename "$program")"

modules=/usr/lib/nginx/modules
missing=""
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
[ -e "$modules/ngx_http_echo_module.so" ] || missing="$missing libnginx-mod-http-echo"
[ -e "$modules/ngx_http_brotli_filter_module.so" ] || missing="$missing libnginx-mod-http-brotli-filter"
command -v sqlite3 >/dev/null || missing="$missing sqlite3"
command -v python3 >/dev/null || missing="$missing python3"
if [ -n "$missing" ]; then
  echo "installing:$missing"
  # shellcheck disable=SC2086
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >/dev/null
fi
nginx="$(command -v nginx || echo /usr/sbin/nginx)"

scratch="$(mktemp -d)"
chmod 755 "$scratch"
server=""
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$scratch"
}
trap finish EXIT

passed=0 failed=0
pass() { passed=$((passed + 1)); echo "PASS $1"; }
fail() { failed=$((failed + 1)); echo "FAIL $1"; }

# One port a case: to the crawler each is a host of its own, with its own robots.txt and circuit.
read -r -a ports <<<"$(python3 -c '
import socket
held = [socket.socket() for _ in range(13)]
for s in held: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))')"
names=(plain packed brotli forbidden busy down slow cut loop inner norobots nobots private)
declare -A port
for place in "${!names[@]}"; do port[${names[$place]}]="${ports[$place]}"; done

feed() { # NAME FIRST LAST
  echo '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Kettles</title><language>en</language>'
  for n in $(seq "$3" -1 "$2"); do
    echo "<item><title>Kettle story $n</title><guid>$1-$n</guid><link>http://kettles.example/$n</link><pubDate>$(date -u -R -d "2026-03-01 10:00:00 UTC + $n minutes")</pubDate><description>The kettle of story $n sings in the morning and nobody knows why it does.</description></item>"
  done
  echo '</channel></rss>'
}
for name in "${names[@]}"; do
  mkdir -p "$scratch/www/$name"
  feed "$name" 1 30 >"$scratch/www/$name/feed.xml"
  printf 'User-agent: *\nDisallow: /hidden\nCrawl-delay: 1\n' >"$scratch/www/$name/robots.txt"
done

# A server that takes what nginx sends on and breaks off in the middle.
cat >"$scratch/cut.py" <<'PY'
import socket, sys, threading
def answer(peer):
    peer.recv(65536)
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 9000\r\n\r\n<?xml version='1.0'?><rss><channel><item><title>half")
    peer.close()
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen()
while True:
    peer, _ = listener.accept()
    threading.Thread(target=answer, args=(peer,), daemon=True).start()
PY
broken_port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
python3 "$scratch/cut.py" "$broken_port" &
broken=$!
finish_both() { kill "$broken" 2>/dev/null || true; finish; }
trap finish_both EXIT

site() { # NAME, directives on standard input
  printf 'server {\n  listen 127.0.0.1:%s;\n  root %s/www/%s;\n' "${port[$1]}" "$scratch" "$1"
  cat
  printf '}\n'
}
{
  cat <<CONF
load_module $modules/ngx_http_echo_module.so;
load_module $modules/ngx_http_brotli_filter_module.so;
daemon off;
worker_processes 1;
pid $scratch/nginx.pid;
error_log $scratch/error.log;
events { worker_connections 256; }
http {
  log_format asked '\$server_port "\$request" \$status \$body_bytes_sent \$sent_http_content_encoding "\$http_user_agent"';
  access_log $scratch/access.log asked;
  client_body_temp_path $scratch; proxy_temp_path $scratch; fastcgi_temp_path $scratch; uwsgi_temp_path $scratch; scgi_temp_path $scratch;
  types { application/rss+xml xml; text/plain txt; }
  default_type text/html;
CONF
  site plain <<<''
  site packed <<<'gzip on; gzip_types application/rss+xml; gzip_min_length 100;'
  site brotli <<<'brotli on; brotli_types application/rss+xml; brotli_min_length 100;'
  site forbidden <<<'location = /feed.xml { return 403 "no"; }'
  site busy <<<'location = /feed.xml { add_header Retry-After 7200 always; return 429 "later"; }'
  site down <<<'location = /feed.xml { add_header Retry-After 7200 always; return 503 "later"; }'
  site slow <<<'location = /feed.xml { limit_rate 1; }'
  site cut <<<"location = /feed.xml { proxy_pass http://127.0.0.1:$broken_port; }"
  site loop <<<'location = /feed.xml { return 302 /again.xml; } location = /again.xml { return 302 /feed.xml; }'
  site inner <<<"location = /feed.xml { return 302 http://127.0.0.1:${port[private]}/feed.xml; }"
  site norobots <<<'location = /robots.txt { return 404; }'
  site nobots <<<'location = /robots.txt { return 500; }'
  site private <<<''
  echo '}'
} >"$scratch/nginx.conf"
"$nginx" -p "$scratch" -c "$scratch/nginx.conf" 2>"$scratch/start.log" &
server=$!
for _ in $(seq 100); do
  if python3 -c "import socket; socket.create_connection(('127.0.0.1', ${port[private]}), 1)" 2>/dev/null; then break; fi
  sleep 0.1
done

home="$scratch/home"
"$program" init "$home" >/dev/null
{
  printf '[crawl]\ncontact = "test@example.org"\nhost_pause_ms = 1000\ntimeout_s = 4\nretries_max = 1\nprivate_hosts = ['
  for name in "${names[@]}"; do
    if [ "$name" != private ]; then printf '"127.0.0.1:%s", ' "${port[$name]}"; fi
  done
  printf ']\n'
  for name in "${names[@]}"; do
    if [ "$name" = private ]; then continue; fi
    printf '[[watch]]\nsource = "feed"\nqueries = ["http://127.0.0.1:%s/feed.xml"]\nschedule = "0 * * * *"\n' "${port[$name]}"
  done
  printf '[[watch]]\nsource = "feed"\nqueries = ["http://127.0.0.1:%s/hidden/feed.xml"]\nschedule = "0 * * * *"\n' "${port[plain]}"
} >"$home/groundswell.toml"

crawl() { "$program" --dir "$home" crawl --all --format json >"$scratch/crawl.json" 2>"$scratch/crawl.log" || true; }
sql() { sqlite3 -readonly "$home/data/groundswell.sqlite" "$1"; }
query() { echo "http://127.0.0.1:${port[$1]}/${2:-feed.xml}"; }
# WHAT NAME WANTED: the last page in the log of a case, as "answered empty refused failed records".
page() {
  local got
  got="$(sql "SELECT answered || ' ' || empty || ' ' || refused || ' ' || failed || ' ' || records FROM page WHERE query = '$(query "$2" "${4:-}")' ORDER BY offset DESC LIMIT 1")"
  if [ "$got" = "$3" ]; then pass "$1: answered empty refused failed records = $got"
  else fail "$1: answered empty refused failed records = $got, not $3"; why "$2"; fi
}
why() { grep -F "$(query "$1")" "$scratch/crawl.log" | tail -3 || true; }
# WHAT NAME PATTERN: what the summary says of a case.
says() {
  local got
  got="$(python3 -c '
import json, sys
for source in json.load(open(sys.argv[1])):
    for reason in source["reasons"]:
        if reason["query"] == sys.argv[2]: print(reason["why"])' "$scratch/crawl.json" "$(query "$2" "${4:-}")")"
  if grep -qE "$3" <<<"$got"; then pass "$1: $got"
  else fail "$1: \"$got\" does not say $3"; fi
}
asked() { grep -c "^${port[$1]} \"GET ${2:-/feed.xml} " "$scratch/access.log" || true; }
count() { # WHAT GOT WANTED
  if [ "$2" = "$3" ]; then pass "$1: $2"; else fail "$1: $2, not $3"; fi
}
held() { sql "SELECT count(*) FROM post_view WHERE query = '$(query "$1")'"; }

crawl
page "a feed is read" plain "1 0 0 0 30"
page "gzip is unpacked" packed "1 0 0 0 30"
page "brotli is unpacked" brotli "1 0 0 0 30"
count "the server really sent gzip" "$(grep "^${port[packed]} \"GET /feed" "$scratch/access.log" | awk '{print $7}')" gzip
count "the server really sent brotli" "$(grep "^${port[brotli]} \"GET /feed" "$scratch/access.log" | awk '{print $7}')" br
page "403 is a refusal" forbidden "0 0 1 0 0"
says "403 says so" forbidden "answered 403"
page "429 with a Retry-After beyond the batch is a refusal" busy "0 0 1 0 0"
says "429 is put off" busy "may next be asked at [0-9]{4}"
page "503 with a Retry-After beyond the batch is a refusal" down "0 0 1 0 0"
says "503 is put off" down "may next be asked at [0-9]{4}"
page "a body that drips is given up" slow "0 0 0 1 0"
says "a body that drips is told" slow "did not finish"
page "a body that breaks off is no page" cut "0 0 0 1 0"
page "redirects without end are given up" loop "0 0 0 1 0"
says "redirects without end are told" loop "redirect"
page "a redirect to a private address is not followed" inner "0 0 0 1 0"
says "a redirect to a private address is told" inner "not fetched"
count "the private address was never asked" "$(grep -c "^${port[private]} \"GET" "$scratch/access.log" || true)" 0
page "without robots.txt all is allowed" norobots "1 0 0 0 30"
page "a broken robots.txt means no" nobots "0 0 1 0 0"
says "a broken robots.txt is told" nobots "robots.txt"
count "nothing was fetched there" "$(asked nobots)" 0
page "what robots.txt forbids is not fetched" plain "0 0 1 0 0" hidden/feed.xml
count "what robots.txt forbids was never asked for" "$(asked plain /hidden/feed.xml)" 0
count "everyone was told who asks" "$(grep -vc 'test@example.org' "$scratch/access.log" || true)" 0

before_forbidden="$(asked forbidden)" before_busy="$(asked busy)" before_down="$(asked down)"
crawl
page "an unchanged feed is a 304 and empty" plain "0 1 0 0 0"
count "the server really said 304" "$(grep "^${port[plain]} \"GET /feed.xml" "$scratch/access.log" | tail -1 | awk '{print $5}')" 304
count "nothing is doubled" "$(held plain)" 30
page "an unchanged feed in gzip is empty too" packed "0 1 0 0 0"
count "nothing of it is doubled" "$(held packed)" 30
count "after a 403 the host is left alone" "$(asked forbidden)" "$before_forbidden"
count "Retry-After of the 429 is kept" "$(asked busy)" "$before_busy"
count "Retry-After of the 503 is kept" "$(asked down)" "$before_down"

sleep 1.1 # Last-Modified counts in seconds.
feed plain 5 34 >"$scratch/www/plain/feed.xml"
crawl
page "of a changed feed, what is new is kept" plain "1 0 0 0 4"
count "four stories are new, none is doubled or lost" "$(held plain)" 34
count "each story once" "$(sql "SELECT count(DISTINCT id) FROM post_view WHERE query = '$(query plain)'")" 34
coverage="$(sql "SELECT sum(asked) = sum(answered + empty + refused + failed) FROM coverage")"
count "the coverage adds up" "$coverage" 1
if "$program" --dir "$home" store check >"$scratch/check" 2>&1; then pass "the store: $(cat "$scratch/check")"; else fail "the store: $(cat "$scratch/check")"; fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
