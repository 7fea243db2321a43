/**
 * Measures the table of MIRA in docs/results.md again: `npm run results:mira -- --model <MIRA's safetensors file> --data
 * <folder with the domains photo and silhouette> --out <folder>`. A seed that is done is not run again. Needs `npm run build`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { explain, interpret, nodeRuntime, silentTerminal } from 'tensile/effects'
import { onnxEngine } from 'tensile/engines'
import type { AdaptationEvaluation } from 'tensile/experiments'
import { pairTable } from 'tensile/experiments'
import { adaptMira, miraAdClip } from '../../examples/mira-adapt.js'
import { formatTables } from '../../src/cli/study-table.js'
import { evaluationCodec } from '../../src/experiments/evaluation/evaluation-file.js'

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: '' },
    data: { type: 'string', default: '' },
    out: { type: 'string', default: '' },
  },
})

const seeds = [1, 2, 3]
const pair = { source: 'photo', target: 'silhouette' }

/** The evaluation in a run's folder; nothing where the run is not done. */
const readDone = (directory: string): AdaptationEvaluation | undefined => {
  const path = join(directory, 'evaluation.json')
  if (!existsSync(path)) return undefined
  const evaluation = evaluationCodec.decode(JSON.parse(readFileSync(path, 'utf8')))
  return E.isRight(evaluation) ? evaluation.right : undefined
}

/** Adapts with a seed, if that is not done, and gives the accuracies. */
const runSeed = async (seed: number): Promise<E.Either<string, AdaptationEvaluation>> => {
  const { model, data, out } = options
  const directory = join(out, `runs/mira/seed-${seed}`)
  const done = readDone(directory)
  if (done !== undefined) return E.right(done)
  console.error(`MIRA, photo → silhouette, seed ${seed}`)
  const method = { ...miraAdClip, seed }
  const outcome = await interpret(adaptMira({ model, data, directory, method }))(
    nodeRuntime(onnxEngine(), silentTerminal),
  )()
  return E.mapLeft(explain)(outcome)
}

const tableOf = (evaluations: readonly AdaptationEvaluation[]): string =>
  formatTables(
    [
      pairTable(
        {
          ...{
            layout: 'folder',
            backbone: 'MIRA',
            classCount: 6,
            pairs: [pair],
            seeds,
            failed: [],
            missing: [],
          },
          rows: [
            {
              name: 'CLIP zero-shot',
              runs: evaluations
                .slice(0, 1)
                .map(({ zeroShot }) => ({ target: pair.target, accuracy: zeroShot })),
            },
            {
              name: 'AD-CLIP (miraAdClip)',
              runs: evaluations.map(({ seed, adapted }) => ({ ...pair, seed, accuracy: adapted })),
            },
          ],
        },
        'balanced',
      ),
    ],
    'markdown',
  )

if (Object.values(options).includes('')) {
  console.error('--model, --data and --out are needed')
  process.exitCode = 2
} else {
  const evaluations: AdaptationEvaluation[] = []
  for (const seed of seeds) {
    const outcome = await runSeed(seed)
    if (E.isRight(outcome)) evaluations.push(outcome.right)
    else {
      console.error(outcome.left)
      process.exitCode = 1
      break
    }
  }
  if (evaluations.length === seeds.length) {
    const folder = join(options.out, 'tables/mira')
    mkdirSync(folder, { recursive: true })
    const table = tableOf(evaluations)
    writeFileSync(join(folder, 'mira-balanced.md'), `${table}\n`)
    console.log(table)
  }
}
