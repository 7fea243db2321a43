/** The first five minutes: a small CLIP that comes with the package, adapted from one style of drawing to another. */
import { join } from '../effects/paths.js'
import { pipe } from 'fp-ts/lib/function.js'
import { keyFromSeed } from '../values/random-key.js'
import type { Tokenizer } from '../model/tokenizer/tokenizer.js'
import type { MethodConfiguration } from '../experiments/adaptation/configuration.js'
import { methodConfiguration } from '../experiments/adaptation/configuration.js'
import type { AdaptationEvaluation } from '../experiments/evaluation/evaluation-file.js'
import type { EvaluatedRun } from '../experiments/evaluation/evaluate-run.js'
import { evaluateRun } from '../experiments/evaluation/evaluate-run.js'
import { heldOutCount } from '../experiments/adaptation/selection.js'
import { adaptationRun } from '../experiments/adaptation/run-files.js'
import { trainAdaptation } from '../experiments/adaptation/train.js'
import * as Effect from '../effects/effect.js'
import { makeFolder } from '../effects/operations.js'
import { checkNoFile } from '../effects/outputs.js'
import { reportRun } from '../report/write-report.js'
import type { RunStart } from '../training/index.js'
import { checkStart } from '../training/index.js'
import { pretrainingStyles } from './clip-recipe.js'
import { drawImages } from './draw-images.js'
import { plannedDrawings } from './drawings.js'
import { unpackClip } from './packed-clip.js'
import type { Style } from './styles.js'
import { things } from './things.js'

/** The labelled domain: a style that the CLIP has seen, in drawings that it has not; and a style it has never seen. */
export const demoPair: { readonly source: Style; readonly target: Style } = {
  source: 'photo',
  target: 'crayon',
}

/** Half of the things that the CLIP knows: every second one, by the alphabet. */
export const demoThings: readonly string[] = Object.keys(things).filter((_, i) => i % 2 === 1)

/** Another seed than the recipe's of the CLIP. */
const drawingSeed = 8

const own = methodConfiguration('ad-clip', 'robust')

/** The template of zero-shot CLIP and of initial prompts: one of the captions that the CLIP was trained on. */
export const demoTemplate = 'a picture of a {}.'

/**
 * Preset `robust` with a larger weight of mutual information, a smaller one of pseudo-labels, larger batches (in which all
 * classes should occur) and a higher rate: chosen with labels of drawings in chalk, another style that the CLIP has never seen (see docs/results.md).
 */
const adaptation: MethodConfiguration<'ad-clip'> = {
  ...own,
  batch: 32,
  learningRate: 3e-3,
  settings: {
    ...own.settings,
    lossWeights: { ...own.settings.lossWeights, entropy: 3, pseudoLabels: 1 },
    styleHidden: 64,
    mappingHidden: 64,
  },
  templates: [demoTemplate],
}

/** How much the demo does. */
export interface DemoSize {
  /** Drawings of each thing in each of the two styles. */
  readonly images: number
  readonly epochs: number
}

export const demoSize: DemoSize = { images: 40, epochs: 25 }

/** What of the demo was chosen with labels: to be said with its figures. */
export const demoChoice = `its settings were chosen with labels of another style (chalk), and style ${demoPair.target} by looking at its labels, knowing that there was something to gain`

/** Images of each domain in a step: as many as are not held out where there are few. */
const batchFor = (images: number): number => Math.min(adaptation.batch, images - heldOutCount(images))

/** The settings of the demo, for so many images of the domain that has fewer. */
export const demoSettings = ({
  count,
  epochs,
}: {
  readonly count: number
  readonly epochs: number
}): MethodConfiguration<'ad-clip'> => ({
  ...adaptation,
  batch: batchFor(count),
  epochs,
  warmUpEpochs: epochs > 1 ? adaptation.warmUpEpochs : 0,
})

/** What the demo will do, in words: domains, numbers of images, settings. */
export const describeDemo = ({ images, epochs }: DemoSize): string => {
  const { preset, learningRate, settings } = adaptation
  const count = images * demoThings.length
  const batch = batchFor(count)
  const weights = Object.entries(settings.lossWeights).map(([name, weight]) => `${name} ${weight}`)
  return [
    `A CLIP that has seen ${Object.keys(things).length} things in ${pretrainingStyles.length} styles (${pretrainingStyles.join(', ')})`,
    `is adapted from ${count} labelled drawings of ${demoThings.length} of them in style ${demoPair.source} to ${count} unlabelled ones in style ${demoPair.target}, which it has never seen.`,
    `AD-CLIP, preset ${preset}: ${epochs} epochs, batches of ${batch} + ${batch}, rate ${learningRate}; losses: ${weights.join(', ')}.`,
    `The adaptation reads no label of the target. But ${demoChoice}.`,
  ].join('\n')
}

/** Where the demo leaves its files, below its directory: drawings by their number, so that no two sizes are mixed. */
export const demoFiles = (directory: string, { images }: Pick<DemoSize, 'images'>) => ({
  images: join(directory, `images-${images}`),
  clip: join(directory, 'clip.safetensors'),
  run: join(directory, 'run'),
})

/** What a demo needs besides its images. */
export interface DemoOptions {
  readonly tokenizer: Tokenizer
  readonly engine: string
  readonly version: string
  /** Seed of the adaptation; drawings and CLIP are the same for all. */
  readonly seed: number
  /** What is done with the run of an earlier demo. */
  readonly start: RunStart
}

/** Images that the CLIP of the demo is adapted to. */
export interface AdaptedImages {
  /** Root of the data set, which has the two domains. */
  readonly data: string
  readonly source: string
  readonly target: string
  /** Images of the domain that has fewer. */
  readonly count: number
}

/**
 * Adapts the unpacked CLIP of the demo from a labelled domain to another one with the settings of the demo, and evaluates it.
 * Labels of the target are read by the evaluation alone.
 */
export const adaptDemoClip = (
  { data, source, target, count }: AdaptedImages,
  { clip, run }: { readonly clip: string; readonly run: string },
  epochs: number,
  { tokenizer, engine, version, seed, start }: DemoOptions,
): Effect.Effect<EvaluatedRun> =>
  pipe(
    trainAdaptation(
      {
        ...demoSettings({ count, epochs }),
        ...{ seed, engine, version, data, source, target, clip },
      },
      { directory: run, tokenizer, start },
    ),
    Effect.flatMap(evaluateRun),
  )

/** Unpacks the CLIP of the demo, for an adaptation. */
export const unpackDemoClip = (packedClip: string, clip: string, tokenizer: Tokenizer): Effect.Effect<void> =>
  unpackClip(packedClip, clip, tokenizer.vocabulary.tokens.length)

/** Draws the two domains of the demo below a folder. */
export const drawDemo = (images: string, perThing: number): Effect.Effect<void> =>
  drawImages(
    images,
    plannedDrawings([demoPair.source, demoPair.target], demoThings, perThing, keyFromSeed(drawingSeed)),
  )

/**
 * The whole demo below a directory: draws both domains, unpacks the CLIP, adapts it, evaluates and writes the report,
 * unless `report` is false. `packedClip` is the packed CLIP of this package (see `packagedClip`). Returns the accuracy on crayon drawings, whose labels
 * neither the CLIP nor the adaptation has seen.
 */
export const demo = (
  directory: string,
  size: DemoSize,
  {
    packedClip,
    report = true,
    ...options
  }: DemoOptions & { readonly packedClip: string; readonly report?: boolean },
): Effect.Effect<AdaptationEvaluation> => {
  const { images, epochs } = size
  const { tokenizer } = options
  const files = demoFiles(directory, size)
  return pipe(
    checkNoFile(directory),
    Effect.apSecond(checkStart(files.run, adaptationRun, options.start)),
    Effect.apSecond(makeFolder(directory)),
    Effect.flatMap(() => unpackDemoClip(packedClip, files.clip, tokenizer)),
    Effect.flatMap(() => drawDemo(files.images, images)),
    Effect.flatMap(() =>
      adaptDemoClip(
        { data: files.images, ...demoPair, count: images * demoThings.length },
        files,
        epochs,
        options,
      ),
    ),
    Effect.tap((evaluated) =>
      report ? Effect.as(undefined)(reportRun(evaluated, tokenizer, demoChoice)) : Effect.unit,
    ),
    Effect.map(({ evaluation }) => evaluation),
  )
}
