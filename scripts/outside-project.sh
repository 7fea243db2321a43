#!/usr/bin/env bash
# `npm run laws:outside`: a project of its own, in a temporary folder, that uses the packed package with its own
# tsconfig, under jest, then vitest, then node:test. Shows that `tensile/laws` installs, type-checks and registers
# tests outside of this repository, and that a wrong loss fails them. Needs the npm registry.
set -euo pipefail
repository="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
project="$(mktemp -d)"
trap 'rm -rf "$project"' EXIT

tarball="$(bash "$repository/scripts/pack-package.sh" "$project")"

cd "$project"
cat > package.json <<JSON
{ "name": "outside", "private": true, "type": "module" }
JSON
npm install --silent --no-audit --no-fund --ignore-scripts "$tarball" \
  typescript@6 @types/node@20 jest@30 @types/jest@30 vitest@4

cat > tsconfig.json <<JSON
{
  "compilerOptions": {
    "target": "ES2022", "lib": ["ES2023", "ESNext.WeakRef"], "module": "NodeNext", "strict": true, "skipLibCheck": false,
    "types": ["node", "jest"], "outDir": "built", "rootDir": "source"
  },
  "include": ["source"]
}
JSON
mkdir source
cat > source/focal-loss.ts <<TS
import { exp, logSoftmax, mean, mul, neg, takeElement, square, sub } from 'tensile'
import type { Tensor } from 'tensile'

/** Focal loss with an exponent of 2 (Lin et al. 2017, eq. 4): the mean of -(1 - p)² ln p. */
export const focalLoss = <B, K>(logits: Tensor<[B, K]>, labels: Tensor<[B], 'i32'>): Tensor<[]> => {
  const logP = takeElement(logSoftmax(logits, -1), labels)
  return neg(mean(mul(square(sub(1, exp(logP))), logP), 0))
}

/** The same, wrongly: the exponent weighs p and not 1 - p. */
export const wrongFocalLoss = <B, K>(logits: Tensor<[B, K]>, labels: Tensor<[B], 'i32'>): Tensor<[]> => {
  const logP = takeElement(logSoftmax(logits, -1), labels)
  return neg(mean(mul(square(exp(logP)), logP), 0))
}
TS
cat > source/laws-of-focal-loss.ts <<'TS'
import {
  closeInFloat32,
  finite,
  finiteGradients,
  gradientIsSlope,
  invariantToBatchOrder,
  invariantToRelabelling,
  knownValue,
  labels,
  logits,
  meanOfSingletons,
  nonNegative,
  shiftInvariant,
} from 'tensile/laws'

export const focalLossLaws = {
  takes: [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')],
  laws: [
    nonNegative,
    knownValue({
      words: '(1 - 1/K)² ln K at equal logits',
      of: ['logits'],
      values: ({ values: { logits: given } }) => ({
        logits: given === undefined ? undefined : { ...given, dtype: 'f32', data: new Float64Array(given.data.length) },
      }),
      is: ({ sizes: { K = 1 } }) => (1 - 1 / K) ** 2 * Math.log(K),
    }),
    invariantToBatchOrder('B'),
    invariantToRelabelling('K'),
    shiftInvariant('logits'),
    meanOfSingletons('B'),
    finite,
    finiteGradients,
    gradientIsSlope,
    closeInFloat32(),
  ],
} as const
TS
cat > source/focal-loss.test.ts <<'TS'
import { lawsFor } from 'tensile/laws'
import { focalLoss } from './focal-loss.js'
import { focalLossLaws } from './laws-of-focal-loss.js'

lawsFor(focalLoss, focalLossLaws)

describe('the laws of focal loss', () => {
  it('notice a wrong one', async () => {
    const { wrongFocalLoss } = await import('./focal-loss.js')
    const outcome = lawsFor(wrongFocalLoss, { ...focalLossLaws, runner: 'none' })
    expect(outcome._tag).toBe('Left')
  })
})
TS
npx tsc
echo '--- tsc: compiled'

echo '--- jest'
NODE_OPTIONS='--experimental-vm-modules --no-warnings' npx jest --rootDir built
echo '--- vitest'
npx vitest run --globals --dir built
echo '--- node:test'
cat > built/node.test.mjs <<'JS'
import { describe, it } from 'node:test'
import { lawsFor } from 'tensile/laws'
import { focalLoss } from './focal-loss.js'
import { focalLossLaws } from './laws-of-focal-loss.js'
lawsFor(focalLoss, { ...focalLossLaws, runner: { describe, it } })
JS
node --test built/node.test.mjs
echo '--- a project of its own used the laws with jest, vitest and node:test'
