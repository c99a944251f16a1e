#!/usr/bin/env bash
# Checks a GPU against the CPU and times both, with no network: the checkout with its node_modules is all it needs. Takes a few
# minutes, at most ten; writes device.json and device.md into the folder of the first argument, or results.
#
#     scripts/device-check.sh [FOLDER [DEVICE]]
set -euo pipefail
cd "$(dirname "$0")/.."
node=node_modules/.bin/node
out=${1:-results}
device=${2:-auto}
"$node" -C @linchpin/source apps/cli/src/main.ts ls devices
# The checks of the embedded model come first, and are kept should a timing run out of time or memory.
timeout 180 "$node" -C @linchpin/source apps/bench/src/device/main.ts --device "$device" --shapes none --out "$out/checks"
timeout 400 "$node" -C @linchpin/source apps/bench/src/device/main.ts --device "$device" --shapes 134M 1.1B --out "$out"
