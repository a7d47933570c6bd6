#!/usr/bin/env bash
# Kill -9 in a loop over a running replay, then recount: nothing lost, nothing doubled.
#
#   tests/real/crash.sh PROGRAM RECORDINGS INDEX [KILLS] [ENGINE]
#
# PROGRAM: a built groundswell. RECORDINGS, INDEX: as for `crawl --replay`. ENGINE: sqlite or sled.
set -euo pipefail
program=$(realpath "$1") recordings=$(realpath "$2") index=$(realpath "$3")
kills=${4:-20} engine=${5:-sqlite}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

home() {
  "$program" init "$folder/$1" >/dev/null 2>&1
  sed -i "s/^engine = .*/engine = \"$engine\"/" "$folder/$1/groundswell.toml"
}
replay() {
  "$program" --dir "$folder/$1" crawl --wait --replay "$recordings" --replay-index "$index" \
    --format json >/dev/null 2>&1
}
# Every record of the log that happens once, by source and id. A rank or a product is news each
# time it is seen, so a second run rightly adds to those.
records() {
  "$program" --dir "$folder/$1" store export 2>/dev/null | python3 -c '
import json, sys
for line in sys.stdin:
    page = json.loads(line)["page"]
    for record in page["records"]:
        if record["kind"] not in ("rank", "product", "count"):
            print(page["source"], record["kind"], record["id"], record.get("time"))
' | sort
}

home whole
replay whole || true
home killed
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
if ! cmp -s "$folder/whole.txt" "$folder/killed.txt"; then
  diff "$folder/whole.txt" "$folder/killed.txt" | head -20
  echo "1 passed, 1 failed" && exit 1
fi
echo "$engine: $kills kills, $(wc -l <"$folder/killed.txt") records, none lost, none doubled"
