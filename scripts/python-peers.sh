#!/usr/bin/env bash
# Makes a virtual environment with the Python libraries that this one is compared with, and says how tests and benches find it:
#
#   scripts/python-peers.sh [directory]      # .venv if none is given
#   BENCH_PYTHON=.venv/bin/python npx vitest run test/documentation/from-pytorch
#   BENCH_PYTHON=.venv/bin/python npm run checkpoints:peers
#   BENCH_PYTHON=.venv/bin/python npm run bench
set -euo pipefail

directory=${1:-.venv}
python3 -m venv "$directory"
"$directory/bin/pip" install --quiet torch torchvision --index-url https://download.pytorch.org/whl/cpu ||
  "$directory/bin/pip" install --quiet torch torchvision
"$directory/bin/pip" install --quiet numpy jax optax onnx onnxscript onnxruntime transformers open_clip_torch pillow
"$directory/bin/python" - <<'PYTHON'
import jax, numpy, onnxruntime, open_clip, optax, PIL, torch, torchvision, transformers
for library in (torch, torchvision, jax, optax, numpy, onnxruntime, transformers, open_clip, PIL):
    print(library.__name__, library.__version__)
PYTHON
echo "export BENCH_PYTHON=$(cd "$directory" && pwd)/bin/python"
