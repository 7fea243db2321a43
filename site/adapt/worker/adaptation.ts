/** An adaptation in a tab as one procedure: the images, the CLIP, the training of `adclip demo`, its report and its classifier. */
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import {
  adaptDemoClip,
  demoChoice,
  demoPair,
  demoThings,
  drawDemo,
  unpackDemoClip,
} from '../../../src/demo/demo.js'
import * as Effect from '../../../src/effects/effect.js'
import { makeFolder, readFile, remove, writeFile } from '../../../src/effects/operations.js'
import { readJson, readText, writeJson } from '../../../src/effects/text-file.js'
import type { EvaluatedRun } from '../../../src/experiments/evaluation/evaluate-run.js'
import { exportRun } from '../../../src/experiments/export/export-run.js'
import type { Tokenizer } from '../../../src/model/tokenizer/tokenizer.js'
import { reportRun, reportUnlabelled } from '../../../src/report/index.js'
import type { Accuracies, ChosenImage, Images } from '../request.js'

/** All that the page keeps in the browser's storage. */
const root = 'adapt'
const places = {
  packed: `${root}/packed.safetensors`,
  clip: `${root}/clip.safetensors`,
  images: `${root}/images`,
  run: `${root}/run`,
  classifier: `${root}/classifier.onnx`,
}

/** What must be known to go on with an adaptation. It is written once its images are there. */
export const preparedPath = `${root}/prepared.json`
const preparedCodec = t.type({
  source: t.string,
  target: t.string,
  count: t.number,
  epochs: t.number,
  /** Whether images of the target have labels. */
  labelled: t.boolean,
})
type Prepared = t.TypeOf<typeof preparedCodec>

/** The bytes of chosen images, by the paths that they are written to. */
interface PlacedImage {
  readonly folder: string
  readonly path: string
  readonly bytes: Uint8Array
}

const suffixOf = (name: string): string => name.slice(name.lastIndexOf('.')).toLowerCase()

/** Images with their places in a domain: `<class>/<number>.png`. */
const placed = async (
  domain: string,
  images: readonly ChosenImage[],
  classOf: (image: ChosenImage) => string,
): Promise<readonly PlacedImage[]> =>
  Promise.all(
    images.map(async (image, i) => {
      const folder = `${places.images}/${domain}/${classOf(image)}`
      const bytes = new Uint8Array(await image.file.arrayBuffer())
      return { folder, path: `${folder}/${String(i).padStart(5, '0')}${suffixOf(image.name)}`, bytes }
    }),
  )

const written = (images: readonly PlacedImage[]): Effect.Effect<unknown> =>
  pipe(
    [...new Set(images.map(({ folder }) => folder))],
    Effect.traverseArray((folder) => makeFolder(folder)),
    Effect.flatMap(() =>
      pipe(
        images,
        Effect.traverseArray(({ path, bytes }) => writeFile(path, [bytes])),
      ),
    ),
  )

/** Images that are ready to be written or drawn, and what is known of them. */
export interface Preparation {
  readonly known: Prepared
  readonly images: Effect.Effect<unknown>
}

/**
 * How images become a data set. A target has labels where each of its images lies in a folder of a class of the source. Other
 * targets lie in the folder of the first class, as a layout wants a class: training never reads it, and nothing is evaluated by it.
 */
export const preparationOf = async (images: Images, epochs: number): Promise<Preparation> => {
  if (images.tag === 'Drawn') {
    const { perThing } = images
    return {
      known: { ...demoPair, count: perThing * demoThings.length, epochs, labelled: true },
      images: drawDemo(places.images, perThing),
    }
  }
  const { labelled: source, unlabelled: target } = images
  const classes = [...new Set(source.map(({ folder }) => folder))].toSorted()
  const labelled = target.every(({ folder }) => classes.includes(folder))
  const [first = 'unknown'] = classes
  const files = [
    ...(await placed('labelled', source, ({ folder }) => folder)),
    ...(await placed('unlabelled', target, ({ folder }) => (labelled ? folder : first))),
  ]
  return {
    known: {
      ...{ source: 'labelled', target: 'unlabelled', epochs, labelled },
      count: Math.min(source.length, target.length),
    },
    images: written(files),
  }
}

/** Begins anew: what an earlier adaptation has left is removed. */
const prepared = (
  { known, images }: Preparation,
  packedClip: Uint8Array,
  tokenizer: Tokenizer,
): Effect.Effect<void> =>
  pipe(
    remove(root),
    Effect.apSecond(makeFolder(places.images)),
    Effect.apSecond(writeFile(places.packed, [packedClip])),
    Effect.apSecond(unpackDemoClip(places.packed, places.clip, tokenizer)),
    Effect.apSecond(images),
    Effect.apSecond(writeJson(preparedPath, preparedCodec, known)),
  )

const accuraciesOf = ({ evaluation: { zeroShot, adapted } }: EvaluatedRun): Accuracies => ({
  before: zeroShot.overall,
  after: adapted.overall,
})

/** What an adaptation has written. */
export interface Results {
  readonly accuracies: Accuracies | undefined
  readonly report: string
  readonly classifier: Uint8Array
}

/** Settings of an adaptation in a tab. */
export interface TabAdaptation {
  /** Images to begin with; without them, the adaptation that was stopped goes on. */
  readonly begin: { readonly preparation: Preparation; readonly packedClip: Uint8Array } | undefined
  readonly tokenizer: Tokenizer
  readonly version: string
}

/** The whole of it. Stopped, it goes on from the last finished step, as long as the browser keeps the site's storage. */
export const adaptInTab = ({ begin, tokenizer, version }: TabAdaptation): Effect.Effect<Results> =>
  pipe(
    begin === undefined ? Effect.of(undefined) : prepared(begin.preparation, begin.packedClip, tokenizer),
    Effect.flatMap(() => readJson(preparedPath, preparedCodec)),
    Effect.flatMap(({ labelled, epochs, ...known }) =>
      pipe(
        adaptDemoClip({ data: places.images, ...known }, places, epochs, {
          ...{ tokenizer, engine: 'onnx-web', version, seed: 1 },
          start: 'resumeOrNew',
        }),
        Effect.bindTo('evaluated'),
        Effect.bind('report', ({ evaluated }) =>
          pipe(
            labelled ? reportRun(evaluated, tokenizer, demoChoice) : reportUnlabelled(evaluated, demoChoice),
            Effect.flatMap(readText),
          ),
        ),
        Effect.bind('classifier', () =>
          pipe(
            exportRun(places.run, { tokenizer, out: places.classifier, overwrite: true }),
            Effect.flatMap(() => readFile(places.classifier)),
          ),
        ),
        Effect.map(({ evaluated, report, classifier }) => ({
          accuracies: labelled ? accuraciesOf(evaluated) : undefined,
          report,
          classifier,
        })),
      ),
    ),
  )
