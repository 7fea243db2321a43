#!/usr/bin/env bash
# Runs scripts of this package at the same time: side-by-side.sh lint typecheck. Fails where one of them fails, after all have ended.
set -uo pipefail

declare -A running
for name in "$@"; do
  npm run --silent "$name" &
  running["$name"]=$!
done
status=0
for name in "$@"; do
  wait "${running[$name]}" || { echo "npm run $name failed" >&2; status=1; }
done
exit "$status"
