/** What is needed to use an exported model without this library: next to the model as JSON, and in its metadata. */
import * as t from 'io-ts'
import { positiveInteger } from '../../dsl/documents/integer.js'
import type * as Effect from '../../effects/effect.js'
import type { ImageTransform, ImageView } from '../../effects/image-view.js'
import { centreView, interpolation } from '../../effects/image-view.js'
import { readJson } from '../../effects/text-file.js'
import type { AdaptationConfiguration } from '../adaptation/configuration.js'
import type { AdaptableClip } from '../encoding/adaptable-clip.js'

const kernel = t.type({ interpolation, antialias: t.literal(true) })
const square = t.type({ width: positiveInteger, height: positiveInteger, position: t.literal('centre') })
const perColour = t.tuple([t.number, t.number, t.number])

const preprocessing = t.intersection([
  t.type({
    colour: t.literal('RGB'),
    layout: t.literal('NCHW'),
    scale: t.number,
    mean: perColour,
    standardDeviation: perColour,
  }),
  t.union([
    t.type({ resize: t.intersection([kernel, t.type({ shorterSide: positiveInteger })]), crop: square }),
    t.type({
      resize: t.intersection([kernel, t.type({ longerSide: positiveInteger })]),
      pad: t.intersection([square, t.type({ colour: t.tuple([t.literal(0), t.literal(0), t.literal(0)]) })]),
    }),
    t.type({
      resize: t.intersection([kernel, t.type({ width: positiveInteger, height: positiveInteger })]),
    }),
  ]),
])

type Preprocessing = t.TypeOf<typeof preprocessing>

const modelDescriptionCodec = t.intersection([
  t.type({
    /** Names of the classes, in the order of the logits. */
    classes: t.readonlyArray(t.string),
    /** How pixels become `images`. */
    preprocessing,
    method: t.string,
    source: t.string,
    target: t.string,
    seed: t.number,
    producer: t.string,
  }),
  t.partial({ preset: t.string }),
])

/** The classes and the preprocessing of an exported model, and its origin. */
export type ModelDescription = t.TypeOf<typeof modelDescriptionCodec>

/** The file next to a model: `classifier.json` for `classifier.onnx`. */
export const descriptionPath = (model: string): string => `${model.replace(/\.onnx$/i, '')}.json`

const preprocessingOf = ({ transform, view }: Pick<AdaptableClip, 'transform' | 'view'>): Preprocessing => {
  const { resolution: side } = transform
  const how = { interpolation: transform.interpolation ?? 'bicubic', antialias: true } as const
  const cut = { width: side, height: side, position: 'centre' } as const
  const [red, green, blue] = transform.mean
  const [ofRed, ofGreen, ofBlue] = transform.deviation
  const shared = {
    colour: 'RGB',
    layout: 'NCHW',
    scale: 1 / 255,
    mean: [red, green, blue],
    standardDeviation: [ofRed, ofGreen, ofBlue],
  } satisfies Omit<Preprocessing, 'resize' | 'crop' | 'pad'>
  if (view.tag === 'Stretch') return { ...shared, resize: { width: side, height: side, ...how } }
  return view.tag === 'Fit'
    ? { ...shared, resize: { longerSide: side, ...how }, pad: { ...cut, colour: [0, 0, 0] } }
    : { ...shared, resize: { shorterSide: side, ...how }, crop: cut }
}

/** The description of a run's classifier. */
export const describeModel = (
  { method, preset, source, target, seed, version }: AdaptationConfiguration,
  classes: readonly string[],
  clip: Pick<AdaptableClip, 'transform' | 'view'>,
): ModelDescription => ({
  classes,
  preprocessing: preprocessingOf(clip),
  method,
  ...(preset === undefined ? {} : { preset }),
  source,
  target,
  seed,
  producer: `tensile ${version}`,
})

/** `metadata_props` of a model: strings, those with a structure as JSON. */
export const metadataOf = (description: ModelDescription): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(description).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )

/** The description as the text of its file. */
export const descriptionText = (description: ModelDescription): string =>
  `${JSON.stringify(modelDescriptionCodec.encode(description), undefined, 2)}\n`

/** Reads the description next to a model. Fails with `FileMissing` where there is none. */
export const readDescription = (model: string): Effect.Effect<ModelDescription> =>
  readJson(descriptionPath(model), modelDescriptionCodec)

/** How images are read for a model. */
export const transformOfModel = ({
  preprocessing: { mean, standardDeviation, resize },
}: ModelDescription): { readonly transform: ImageTransform; readonly view: ImageView } => {
  const { interpolation: own } = resize
  const ofSide = (resolution: number): ImageTransform => ({
    resolution,
    mean,
    deviation: standardDeviation,
    interpolation: own,
  })
  if ('shorterSide' in resize) return { transform: ofSide(resize.shorterSide), view: centreView }
  return 'longerSide' in resize
    ? { transform: ofSide(resize.longerSide), view: { tag: 'Fit', flip: false } }
    : { transform: ofSide(resize.width), view: { tag: 'Stretch', flip: false } }
}
