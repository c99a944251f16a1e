#!/usr/bin/env bash
# Checks a GPU against the CPU and times both, with no network: the checkout with its node_modules is all it needs. Takes a few
# minutes, at most ten. The folder of the first argument, or results, gets device.json and device.md of the timings; those of the
# checks and of LLaMA-7B's shape, in float16, are in the folders checks and 7B in it. Where python3 has torch and transformers, they
# score the same.
#
#     scripts/device-check.sh [FOLDER [DEVICE]]
set -euo pipefail
cd "$(dirname "$0")/.."
node=node_modules/.bin/node
out=${1:-results}
device=${2:-auto}
"$node" -C @linchpin/source apps/cli/src/main.ts ls devices
check() {
  timeout "$1" "$node" -C @linchpin/source apps/bench/src/device/main.ts --device "$device" "${@:2}"
}
# The checks of the embedded model come first, and are kept should a timing run out of time or memory.
check 150 --shapes none --out "$out/checks"
python=()
if python3 -c 'import torch, transformers' 2>/dev/null; then python=(--python python3); fi
check 240 --no-checks --shapes 134M 1.1B --tokenizer models/mini "${python[@]}" --out "$out"
check 200 --no-checks --shapes 7B --dtypes float16 --items 1 --tokenizer models/mini "${python[@]}" --out "$out/7B"
