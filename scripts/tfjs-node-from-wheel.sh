#!/usr/bin/env bash
# Builds the native addon of @tensorflow/tfjs-node against the TensorFlow that PyPI has today, because the binaries that its own
# install script fetches are gone or old. Everything comes from npm and PyPI.
#
#   scripts/tfjs-node-from-wheel.sh <folder>         # TensorFlow for the CPU
#   scripts/tfjs-node-from-wheel.sh --gpu <folder>   # TensorFlow with CUDA 12 and cuDNN 9: package @tensorflow/tfjs-node-gpu
#
# The package and the libraries go to <folder>/node_modules, whose other packages stay as they are. If <folder> is your project,
# the engines tfjs-node and tfjs-node-gpu find it; else say where it is: NODE_PATH=<folder>/node_modules.
# Needs Linux, Node 20 or 22, a C++ compiler with make, and Python 3.10 to 3.13 with pip; 1.5 GB of disk, with CUDA several times that.
# TENSORFLOW names another version of TensorFlow, PYTHON another Python.
set -euo pipefail

wheel=tensorflow-cpu
package=@tensorflow/tfjs-node
if [ "${1:-}" = --gpu ]; then
  wheel='tensorflow[and-cuda]'
  package=@tensorflow/tfjs-node-gpu
  shift
fi
if [ $# -ne 1 ]; then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
  exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
addon="$folder/node_modules/$package"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

echo "packages of npm"
[ -f "$folder/package.json" ] || echo '{ "private": true }' >"$folder/package.json"
# --ignore-scripts: its install script would fetch the published binaries.
[ -f "$addon/binding.gyp" ] ||
  npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error "$package@4.22.0"
npm install --prefix "$scratch" --no-audit --no-fund --loglevel=error node-gyp@12.4.0 node-api-headers@1.9.0

echo "$wheel of PyPI"
rm -rf "$addon/deps" "$addon/lib" "$addon/build"
# The CPU's libraries stand alone. Those with CUDA look for the packages nvidia-*-cu12 next to them.
alone=$([ "$wheel" = tensorflow-cpu ] && echo --no-deps || true)
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --only-binary=:all: $alone \
  --target "$addon/deps/python" "$wheel==${TENSORFLOW:-2.21.0}"
# binding.gyp looks for deps/include, and for libtensorflow and libtensorflow_framework in deps/lib.
ln -s python/tensorflow/include "$addon/deps/include"
ln -s python/tensorflow "$addon/deps/lib"
ln -s libtensorflow_cc.so.2 "$addon/deps/lib/libtensorflow.so"
ln -s libtensorflow_framework.so.2 "$addon/deps/lib/libtensorflow_framework.so"

echo "the addon"
# The addon calls only Node-API, so the headers of the package node-api-headers are enough, and one build serves Node 20 and 22.
mkdir -p "$scratch/headers/include"
cp -r "$scratch/node_modules/node-api-headers/include" "$scratch/headers/include/node"
cat >"$scratch/headers/include/node/common.gypi" <<'GYPI'
{
  'target_defaults': {
    'default_configuration': 'Release',
    'configurations': { 'Release': {} },
    'cflags': ['-O2', '-fPIC', '-pthread'],
    'cflags_cc': ['-std=gnu++17'],
    'ldflags': ['-pthread'],
  },
}
GYPI
(cd "$addon" && "$scratch/node_modules/.bin/node-gyp" rebuild --silent --nodedir="$scratch/headers" \
  --napi_build_version=8 --module_name=tfjs_binding --module_path="$addon/lib/napi-v8")

cd "$folder"
TF_CPP_MIN_LOG_LEVEL=2 node --no-deprecation --eval "
const tf = require('$package')
const [sum] = tf.matMul(tf.ones([1, 1000]), tf.ones([1000, 1])).dataSync()
if (tf.getBackend() !== 'tensorflow' || sum !== 1000) throw new Error('it computes ' + sum + ' on ' + tf.getBackend())
console.log('TensorFlow', tf.backend().binding.TF_Version, 'computes in Node', process.versions.node)
"
