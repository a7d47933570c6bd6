#!/usr/bin/env bash
# Feeds random and mutated bytes to whatever reads foreign bytes, with libFuzzer.
#
#   tests/real/fuzz.sh [SECONDS] [TARGET...]
#
# SECONDS for each target, 120 when not given; every target of tests/fuzz when none is named. What
# was found to be interesting is kept in target/fuzz/corpus, what breaks the program in
# target/fuzz/found. Sanitizers need the nightly compiler and are left out: the program has no
# unsafe code, so what is looked for are panics, overflows, assertions, time and memory.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-120}
shift || true
triple=$(rustc -vV | sed -n 's/^host: //p')

# What is fuzzed is what is shipped: the same versions of everything.
cp Cargo.lock tests/fuzz/Cargo.lock
export CARGO_TARGET_DIR=$PWD/target/fuzz
coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares"
RUSTFLAGS="--cfg fuzzing ${coverage//$'\n'/ }" \
  cargo build --quiet --release --target "$triple" --manifest-path tests/fuzz/Cargo.toml

all=$(sed -n '/^\[\[bin\]\]/,/^name/s/^name = "\(.*\)"/\1/p' tests/fuzz/Cargo.toml)
passed=0 failed=0
for target in ${@:-$all}; do
  corpus=$CARGO_TARGET_DIR/corpus/$target
  mkdir -p "$corpus" "$CARGO_TARGET_DIR/found"
  seeds=()
  [ -d "tests/fuzz/seeds/$target" ] && seeds=("tests/fuzz/seeds/$target")
  log=$CARGO_TARGET_DIR/$target.log
  # A unit may take ten seconds and two gigabytes: what takes more is a way to stop the program.
  if "$CARGO_TARGET_DIR/$triple/release/$target" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=2048 -max_len=65536 -len_control=20 -print_final_stats=1 \
    -artifact_prefix="$CARGO_TARGET_DIR/found/$target-" "$corpus" "${seeds[@]+"${seeds[@]}"}" >"$log" 2>&1; then
    passed=$((passed + 1))
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs, nothing found"
  else
    failed=$((failed + 1))
    echo "$target: see $log"
    grep -m3 -E 'panicked at|SUMMARY|Test unit written' "$log" || true
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
