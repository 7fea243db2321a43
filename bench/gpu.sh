#!/usr/bin/env bash
# What this machine's GPU can do, with one command: which engines work on it, what holds on them, and how long a step of
# AD-CLIP takes at the sizes of ViT-B/16, in float32 and float16, next to PyTorch on the same GPU in mixed precision. From
# the repository's root:
#
#   bench/gpu.sh [--quick]
#
# PARITY_FIXTURES may name folders for `adclip parity`. Without a GPU it does the same on the processor. --quick leaves
# out conformance and half precision, and takes one run of each.
set -euo pipefail
cd "$(dirname "$0")/.."

quick=false
[ "${1:-}" = --quick ] && quick=true

echo "## $(date -u +%Y-%m-%d), Node $(node --version)"
if command -v nvidia-smi >/dev/null; then
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
  export BENCH_DEVICE=cuda
else
  echo 'no NVIDIA GPU: on the processor'
fi

npm run --silent build
npm run --silent tools

echo; echo '## Engines'
report=$(mktemp)
trap 'rm -f "$report"' EXIT
node dist/cli/main.js engines --json >"$report"
node --eval '
  const { engines } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))
  for (const { name, works, version, device, gigaflops, reason = "" } of engines)
    console.log([name, version, works ? `${gigaflops} GFLOP/s on ${device}` : `no: ${reason.trim().split("\n")[0]}`].join("\t"))
' "$report"
names=$(node --eval '
  const { engines } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))
  const onGpu = /cuda|gpu/
  const working = engines.filter(({ works }) => works).map(({ name }) => name)
  const found = working.filter((name) => onGpu.test(name))
  console.log((found.length > 0 ? found : working.filter((name) => name === "onnx")).join(" "))
' "$report")

for name in $names; do
  if [ "$quick" = false ]; then
    echo; echo "## Conformance of $name"
    node build/scripts/conformance-table.js "$name" 2>/dev/null || echo "$name broke off"
  fi
  for fixture in ${PARITY_FIXTURES:-}; do
    echo; echo "## Parity of $name with $fixture"
    node dist/cli/main.js parity "$fixture" --engine "$name" | tail -n 1 || true
  done
  runs=(); [ "$quick" = true ] && runs=(--runs 1)
  formats=(float32); [ "$quick" = false ] && [[ $name == onnx-* ]] && formats+=(float16)
  for format in "${formats[@]}"; do
    echo; echo "## AD-CLIP step on $name in $format"
    BENCH_ENGINE=$name BENCH_PRECISION=$format node build/bench/run.js "${runs[@]}" \
      --only 'AD-CLIP step, ViT-B/16, 65 classes, 4 + 4 images, kept'
  done
done
