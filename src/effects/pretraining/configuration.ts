/** `run.json` of a pretraining run: the whole configuration, enough to repeat it. */
import * as t from 'io-ts'

export const pretrainConfiguration = t.type({
  kind: t.literal('pretrain'),
  data: t.string,
  domains: t.array(t.string),
  epochs: t.Int,
  batch: t.Int,
  learningRate: t.number,
  weightDecay: t.number,
  warmUpEpochs: t.number,
  seed: t.Int,
  resolution: t.Int,
  patch: t.Int,
  embedding: t.Int,
  visionWidth: t.Int,
  visionLayers: t.Int,
  textWidth: t.Int,
  textLayers: t.Int,
  /** Least share of an image that a crop keeps. */
  leastArea: t.number,
  /** Probability of a change of colours. */
  colour: t.number,
  /** Probability of drawing an image by its edges. */
  edges: t.number,
  engine: t.string,
  version: t.string,
})
export type PretrainConfiguration = t.TypeOf<typeof pretrainConfiguration>
