/** `run.json` of a pretraining run: the whole configuration, enough to repeat it. */
import * as t from 'io-ts'
import { layoutName } from '../../data/layouts.js'
import { halfPrecision } from '../../training/half-precision.js'
import { integer, positiveInteger, sizeUpTo } from '../../dsl/documents/integer.js'
import { nonNegative } from '../../dsl/documents/number-in.js'

const required = t.type({
  kind: t.literal('pretrain'),
  data: t.string,
  domains: t.array(t.string),
  epochs: positiveInteger,
  /** Images in a step. */
  batch: positiveInteger,
  learningRate: nonNegative,
  weightDecay: nonNegative,
  /** Learning rate of the text tower, as a share of the image tower's. */
  textRate: nonNegative,
  /** Epochs in which the rate rises to its peak. */
  warmUpEpochs: nonNegative,
  seed: integer,
  resolution: sizeUpTo(4096),
  patch: sizeUpTo(4096),
  embedding: sizeUpTo(65_536),
  visionWidth: sizeUpTo(65_536),
  visionLayers: sizeUpTo(1024),
  textWidth: sizeUpTo(65_536),
  textLayers: sizeUpTo(1024),
  /** Scale of the image tower's initial positions; 1 is the original's. */
  positionScale: t.number,
  /** Least share of an image that a crop keeps. */
  leastArea: t.number,
  /** Probability of a change of colours. */
  colour: t.number,
  /** Probability of drawing an image by its edges. */
  edges: t.number,
  engine: t.string,
  version: t.string,
})

const optional = t.partial({
  /** Layout of the data set; without one it is detected. */
  layout: layoutName,
  /** A file that names the classes; without one they are called as their folders. */
  classNames: t.string,
  /** Limit on the process's memory in bytes: images that do not keep within it are decoded again for each step. */
  memory: positiveInteger,
  /** What matrix products are computed in; float32 if absent. float16 scales the loss. */
  precision: halfPrecision,
})

export const pretrainConfiguration = t.intersection([required, optional])
export type PretrainConfiguration = t.TypeOf<typeof pretrainConfiguration>
