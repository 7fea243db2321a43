/**
 * Chooses the weights of preset `robust` without labels of a target, and runs the choice once on another target:
 * `npm run results:robust-weights -- --out <folder> --by mutual-information`. The targets are styles of the demo that its CLIP has not
 * seen: all weights of the grid are ranked by a validator on chalk, and the first runs on crayon, with three seeds. Labels of chalk are
 * read after that, to say how well the validator ranks; those of crayon give the last figure, and choose nothing.
 *
 * `--images 6 --epochs 2 --seeds 1` shows in a few minutes whether everything runs; its figures mean nothing. Runs that are done are
 * not run again.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { demoFiles, demoSettings, demoThings } from '../../src/demo/demo.js'
import * as Effect from '../../src/effects/effect.js'
import { explain } from '../../src/effects/explain.js'
import { interpret } from '../../src/effects/interpreter.js'
import { nodeRuntime } from '../../src/effects/runtimes/node-runtime.js'
import { silentTerminal } from '../../src/effects/runtimes/terminal.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { trainAdaptation } from '../../src/experiments/adaptation/train.js'
import type { AdaptationEvaluation } from '../../src/experiments/evaluation/evaluation-file.js'
import { readEvaluation } from '../../src/experiments/evaluation/evaluation-file.js'
import { evaluateRun } from '../../src/experiments/evaluation/evaluate-run.js'
import type { Selection } from '../../src/experiments/validators/select-run.js'
import { selectRun } from '../../src/experiments/validators/select-run.js'
import { validatorNames } from '../../src/experiments/validators/validator.js'
import { loadClipVocabulary } from '../../src/formats/clip-vocabulary.js'
import { tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import type { Tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import { spread } from '../../src/experiments/spread.js'
import { drawnStyles, makeDrawings, methodDrawings } from './drawings.js'

/** The weights that are ranked: all pairs of these two; the others are those of the preset. */
const grid = [0.1, 0.3, 1, 3].flatMap((entropy) =>
  [0, 1, 3, 10].map((pseudoLabels) => ({ entropy, pseudoLabels })),
)
type Weights = (typeof grid)[number]

const { source, chosenOn, triedOn } = drawnStyles

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: '' },
    by: { type: 'string', default: 'mutual-information' },
    images: { type: 'string', default: '40' },
    epochs: { type: 'string', default: '25' },
    seeds: { type: 'string', default: '3' },
  },
})
const { out } = options
const [images, epochs, seeds] = [Number(options.images), Number(options.epochs), Number(options.seeds)]
const files = demoFiles(out, { images })

const nameOf = ({ entropy, pseudoLabels }: Weights): string =>
  `entropy-${entropy}-pseudoLabels-${pseudoLabels}`
const directoryOf = (target: string, weights: Weights, seed: number): string =>
  join(out, target, nameOf(weights), `seed-${seed}`)

/** Adapts to a style and evaluates, if that is not done; the figures. */
const run = (
  target: string,
  weights: Weights,
  seed: number,
  of: Tokenizer,
): Effect.Effect<AdaptationEvaluation> => {
  const directory = directoryOf(target, weights, seed)
  if (existsSync(join(directory, 'evaluation.json'))) return readEvaluation(directory)
  console.error(directory)
  const own = demoSettings({ count: images * demoThings.length, epochs })
  const { settings } = own
  const configuration = {
    ...own,
    settings: { ...settings, lossWeights: { ...settings.lossWeights, ...weights } },
    ...{ seed, engine: 'onnx', version: 'results', data: files.images, source, target, clip: files.clip },
  }
  return pipe(
    trainAdaptation(configuration, {
      directory,
      tokenizer: of,
      start: 'resumeOrNew',
      features: join(out, 'features'),
    }),
    Effect.flatMap(evaluateRun),
    Effect.map(({ evaluation }) => evaluation),
  )
}

/** All of it: the ranking on one style, and the figures of the first and of zero-shot CLIP on the other. */
const measured = (by: (typeof validatorNames)[number], of: Tokenizer) =>
  pipe(
    Effect.Do,
    Effect.tap(() => makeDrawings(files, methodDrawings, images, of)),
    Effect.tap(() =>
      pipe(
        grid,
        Effect.traverseArray((weights) => run(chosenOn, weights, 1, of)),
      ),
    ),
    Effect.bind('selection', () =>
      selectRun(
        grid.map((weights) => directoryOf(chosenOn, weights, 1)),
        by,
      ),
    ),
    Effect.let('choice', ({ selection: { runs } }) =>
      grid.find((weights) => directoryOf(chosenOn, weights, 1) === runs[0]?.directory),
    ),
    Effect.bind('tried', ({ choice }) =>
      pipe(
        choice === undefined ? [] : Array.from({ length: seeds }, (_, i) => ({ choice, seed: i + 1 })),
        Effect.traverseArray(({ choice: weights, seed }) => run(triedOn, weights, seed, of)),
      ),
    ),
  )

const percent = (share: number): string => (100 * share).toFixed(1)

const page = (
  { validator, runs, rankCorrelation }: Selection,
  choice: Weights | undefined,
  tried: readonly AdaptationEvaluation[],
): string => {
  const rows = runs.map(
    ({ directory, score, targetAccuracy }) =>
      `| ${directory.split('/').at(-2) ?? ''} | ${score.toFixed(4)} | ${percent(targetAccuracy)} |`,
  )
  const adapted = spread(tried.map(({ adapted: { overall } }) => 100 * overall))
  return [
    `| weights, ${source} → ${chosenOn}, seed 1 | ${validator} | accuracy, read after the choice |`,
    '| --- | ---: | ---: |',
    ...rows,
    '',
    `rank correlation of ${validator} with accuracy: ${rankCorrelation?.toFixed(2) ?? 'none'}`,
    `choice: ${choice === undefined ? 'none' : nameOf(choice)}`,
    `${source} → ${triedOn}, ${images} drawings of a thing, ${epochs} epochs, ${tried.length} seeds: ${adapted?.mean.toFixed(1) ?? 'none'} ± ${adapted?.deviation?.toFixed(1) ?? 'none'}, zero-shot ${percent(tried[0]?.zeroShot.overall ?? Number.NaN)}`,
  ].join('\n')
}

const by = validatorNames.find((name) => name === options.by)
const vocabulary = await loadClipVocabulary()
if (
  out === '' ||
  by === undefined ||
  ![images, epochs, seeds].every((n) => Number.isSafeInteger(n) && n > 0)
) {
  console.error(
    `usage: npm run results:robust-weights -- --out <folder> [--by ${validatorNames.join('|')}] [--images <n>] [--epochs <n>] [--seeds <n>]`,
  )
  process.exitCode = 2
} else if (E.isLeft(vocabulary)) {
  console.error(explain(vocabulary.left))
  process.exitCode = 1
} else {
  const outcome = await interpret(measured(by, tokenizer(vocabulary.right)))(
    nodeRuntime(onnxEngine(), silentTerminal),
  )()
  if (E.isLeft(outcome)) {
    console.error(explain(outcome.left))
    process.exitCode = 1
  } else {
    const { selection, choice, tried } = outcome.right
    console.log(page(selection, choice, tried))
  }
}
