#!/usr/bin/env bash
# Kill -9 in a loop over a running replay, then recount: nothing lost, nothing doubled.
#
#   tests/real/crash.sh PROGRAM RECORDINGS INDEX [KILLS] [ENGINE]
#
# PROGRAM: a built groundswell. RECORDINGS, INDEX: as for `crawl --replay`. ENGINE: sqlite or sled.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
program=$(realpath "$1") recordings=$(realpath "$2") index=$(realpath "$3")
kills=${4:-20} engine=${5:-sqlite}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

home() {
  "$program" init "$folder/$1" >/dev/null 2>&1
  # Old recordings keep their text: what is compared is what was read.
  sed -i -e "s/^engine = .*/engine = \"$engine\"/" -e "s/^keep_text_days = .*/keep_text_days = 0/" \
    "$folder/$1/groundswell.toml"
}
replay() {
  "$program" --dir "$folder/$1" crawl --wait --replay "$recordings" --replay-index "$index" \
    --format json >/dev/null 2>&1
}
# Every version of every record, by source, kind, id and content. One recording may hold two states
# of a record, and a second run rightly meets both again: what must not be is the same state twice in
# a row. A rank or a product is news each time it is seen, so those are left out.
records() {
  "$program" --dir "$folder/$1" store export 2>/dev/null | python3 -c '
import hashlib, json, sys
last, seen = {}, set()
for line in sys.stdin:
    page = json.loads(line)["page"]
    for record in page["records"]:
        if record["kind"] in ("rank", "product", "count"):
            continue
        name = (page["source"], str(record.get("instance")), record["kind"], record["id"])
        content = hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:16]
        if last.get(name) == content:
            print("doubled:", *name)
        last[name] = content
        seen.add((*name, content))
for one in sorted(seen):
    print(*one)
'
}

home whole
replay whole || true
home killed
# One key: authors are hashed alike in both.
cp "$folder/whole/data/author.key" "$folder/killed/data/author.key"
for round in $(seq "$kills"); do
  replay killed & child=$!
  sleep "0.$((RANDOM % 90 + 10))"
  # The shell function runs the program as its child: end both.
  pkill -9 -P "$child" 2>/dev/null || true
  kill -9 "$child" 2>/dev/null || true
  wait "$child" 2>/dev/null || true
done
replay killed || true

"$program" --dir "$folder/killed" store check
records whole >"$folder/whole.txt"
records killed >"$folder/killed.txt"
if [ ! -s "$folder/whole.txt" ]; then
  echo "the unbroken run read nothing: are RECORDINGS and INDEX right?"
  echo "0 passed, 1 failed" && exit 1
fi
if ! cmp -s "$folder/whole.txt" "$folder/killed.txt"; then
  diff "$folder/whole.txt" "$folder/killed.txt" | head -20
  echo "1 passed, 1 failed" && exit 1
fi
echo "$engine: $kills kills, $(wc -l <"$folder/killed.txt") records, none lost, none doubled"
