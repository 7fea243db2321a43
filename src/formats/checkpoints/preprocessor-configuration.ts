/**
 * `preprocessor_config.json` of transformers, and `processor_config.json`, which holds the same in its version 5: their fields,
 * and how they prepare images.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Interpolation } from '../../effects/image-view.js'
import type { FieldRules } from './configuration-fields.js'
import { fields, noEffect, object, only, used } from './configuration-fields.js'
import type { ResizeMode } from './image-preprocessing.js'
import { colourNumbers, openAiPreprocessing, perColour } from './image-preprocessing.js'
import type { StatedPreprocessing, StatedSize } from './stated-facts.js'
import { refusedColours } from './stated-facts.js'

export const preprocessorFields: FieldRules = {
  ...fields(used, 'size', 'crop_size', 'resample', 'image_mean', 'image_std', 'do_center_crop'),
  ...fields(only(true), 'do_resize', 'do_rescale', 'do_normalize', 'do_convert_rgb'),
  rescale_factor: used,
  // Other classes have other defaults.
  image_processor_type: only('CLIPImageProcessor', 'CLIPImageProcessorFast', 'CLIPImageProcessorPil'),
  feature_extractor_type: only('CLIPFeatureExtractor', 'CLIPImageProcessor'),
  ...fields(noEffect('names the class that reads the file'), ...['processor_class', '_valid_processor_keys']),
  ...fields(
    noEffect('is of the tensors that transformers makes'),
    ...['data_format', 'input_data_format', 'return_tensors', 'device', 'disable_grouping'],
  ),
  ...fields(only(false), 'do_pad', 'use_square_size'),
  pad_size: only(),
  default_to_square: noEffect('is of sizes that are given as one number'),
}

const Sides = t.union([
  t.number,
  t.type({ shortest_edge: t.number }),
  t.type({ height: t.number, width: t.number }),
])
type Sides = t.TypeOf<typeof Sides>

export const PreprocessorConfiguration = t.partial({
  size: Sides,
  crop_size: Sides,
  resample: t.number,
  rescale_factor: t.number,
  image_mean: colourNumbers,
  image_std: colourNumbers,
  do_center_crop: t.boolean,
})

/** Fields of `processor_config.json`. */
export const processorFields: FieldRules = {
  image_processor: object(preprocessorFields),
  processor_class: noEffect('names the class that reads the file'),
}

export const ProcessorConfiguration = t.partial({ image_processor: PreprocessorConfiguration })

/** Pillow's numbers of the kernels that are computed here. */
const interpolations: ReadonlyMap<number, Interpolation> = new Map([
  [2, 'bilinear'],
  [3, 'bicubic'],
])

/** Height and width of a square or a rectangle that is stated exactly. */
const exactSides = (sides: Sides): readonly [number, number] | undefined => {
  if (typeof sides === 'number') return [sides, sides]
  return 'height' in sides ? [sides.height, sides.width] : undefined
}

/** How a decoded `preprocessor_config.json` prepares images; or all that is not computed here, as phrases. */
export const preprocessorFacts = (
  path: string,
  {
    size = { shortest_edge: 224 },
    crop_size: crop = 224,
    resample = 3,
    rescale_factor: factor = 1 / 255,
    image_mean,
    image_std,
    do_center_crop: crops,
  }: t.TypeOf<typeof PreprocessorConfiguration>,
): E.Either<readonly string[], StatedPreprocessing> => {
  const interpolation = interpolations.get(resample)
  const mean = perColour(image_mean ?? openAiPreprocessing.mean)
  const deviation = perColour(image_std ?? openAiPreprocessing.deviation)
  const shortest = typeof size === 'number' ? size : 'shortest_edge' in size ? size.shortest_edge : undefined
  const resize: ResizeMode = shortest === undefined ? 'squash' : 'shortest'
  const [height, width] = crops === false ? (exactSides(size) ?? []) : (exactSides(crop) ?? [])
  const resized = shortest ?? exactSides(size)?.[0]
  const wrong = [
    ...(interpolation === undefined
      ? [`resample is ${resample}, and only 2 (bilinear) or 3 (bicubic) is computed here`]
      : []),
    ...(Math.abs(factor * 255 - 1) > 1e-6
      ? [`rescale_factor is ${factor}, and only 1/255 is computed here`]
      : []),
    ...(height === undefined || height !== width
      ? ['size and crop_size do not give a square, and only squares are computed here']
      : resized !== height || (resize === 'squash' && exactSides(size)?.[1] !== height)
        ? [
            `size resizes to ${JSON.stringify(size)} and crop_size keeps ${height}, and only crops of the resized side are computed here`,
          ]
        : []),
    ...refusedColours({ mean: 'image_mean', deviation: 'image_std' }, { mean, deviation }),
  ]
  if (interpolation === undefined || wrong.length > 0) return E.left(wrong)
  const sizes: readonly StatedSize[] = [
    { field: 'crop_size', stated: height, shown: ({ imageResolution }) => imageResolution },
  ]
  return E.right({
    path,
    preprocessing: { mean, deviation, interpolation, resize },
    sizes,
  })
}
