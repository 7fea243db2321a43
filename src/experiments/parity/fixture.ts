/** A parity fixture: a small CLIP, a prompt learner, a batch, and the results of another implementation. */
import * as E from 'fp-ts/lib/Either.js'
import { join } from '../../effects/paths.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { ClipArchitecture } from '../../model/index.js'
import {
  headsOf,
  levelWidths,
  resNetOutputWidth,
  resNetStride,
  visionOutputWidth,
  openAiBlocks,
} from '../../model/index.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { readSafetensors } from '../../formats/safetensors/file.js'
import { readJson } from '../../effects/text-file.js'
import { positiveInteger } from '../../dsl/documents/integer.js'

const clipSizes = t.type({
  embed_dim: positiveInteger,
  image_resolution: positiveInteger,
  vision_width: positiveInteger,
  vision_patch_size: positiveInteger,
  context_length: positiveInteger,
  vocab_size: positiveInteger,
  transformer_width: positiveInteger,
  transformer_heads: positiveInteger,
  transformer_layers: positiveInteger,
  domain_hidden: positiveInteger,
  mapping_hidden: positiveInteger,
  n_image_tokens: positiveInteger,
})
const vit = t.intersection([t.type({ kind: t.literal('vit'), vision_layers: positiveInteger }), clipSizes])
const resnet = t.intersection([
  t.type({
    kind: t.literal('resnet'),
    vision_layers: t.tuple([positiveInteger, positiveInteger, positiveInteger, positiveInteger]),
  }),
  clipSizes,
])

const stepLosses = t.type({
  loss_ce: t.number,
  loss_kl: t.number,
  loss_smn: t.number,
  loss_entropy: t.number,
  loss: t.number,
})

/** `fixture.json`. */
const fixtureCodec = t.type({
  clip: t.union([vit, resnet]),
  batch: positiveInteger,
  classes: positiveInteger,
  n_ctx: positiveInteger,
  optimizer: t.type({
    name: t.literal('adam'),
    lr: t.number,
    betas: t.tuple([t.number, t.number]),
    eps: t.number,
    weight_decay: t.number,
    steps: positiveInteger,
  }),
  loss_weights: t.type({ ce: t.number, smn: t.number, entropy: t.number, kl: t.number }),
  losses: t.array(stepLosses),
})
export type FixtureConfiguration = t.TypeOf<typeof fixtureCodec>

export interface Fixture {
  readonly directory: string
  readonly configuration: FixtureConfiguration
  readonly clip: NamedValues
  readonly promptLearner: NamedValues
  readonly batch: NamedValues
  readonly expected: NamedValues
}

/** The architecture that a configuration names. */
export const fixtureArchitecture = ({ clip }: FixtureConfiguration): ClipArchitecture => {
  const sizes = {
    embedDim: clip.embed_dim,
    imageResolution: clip.image_resolution,
    contextLength: clip.context_length,
    vocabSize: clip.vocab_size,
    textWidth: clip.transformer_width,
    textHeads: clip.transformer_heads,
    textLayers: clip.transformer_layers,
    textBlocks: openAiBlocks,
    visionWidth: clip.vision_width,
  }
  return clip.kind === 'vit'
    ? {
        ...sizes,
        kind: 'vit',
        visionLayers: clip.vision_layers,
        visionHeads: headsOf(clip.vision_width),
        visionPatchSize: clip.vision_patch_size,
        visionBlocks: openAiBlocks,
      }
    : {
        ...sizes,
        kind: 'resnet',
        visionLayers: clip.vision_layers,
        visionHeads: headsOf(resNetOutputWidth(clip.vision_width)),
      }
}

/** Sizes that contradict each other, which a codec of single fields cannot see. */
const disagreements = (configuration: FixtureConfiguration): readonly string[] => {
  const { clip, losses, optimizer } = configuration
  const architecture = fixtureArchitecture(configuration)
  const { visionHeads, textHeads, textWidth, imageResolution, contextLength } = architecture
  const cell = architecture.kind === 'vit' ? architecture.visionPatchSize : resNetStride
  const outputs = visionOutputWidth(architecture)
  const levels = levelWidths(architecture).length
  const tokens = 2 * levels + clip.n_image_tokens
  const checks: readonly (readonly [boolean, string])[] = [
    [
      losses.length === optimizer.steps,
      `losses has ${losses.length} entries, but the optimizer takes ${optimizer.steps} steps`,
    ],
    [
      imageResolution % cell === 0,
      `clip.image_resolution is ${imageResolution}, which is not divisible into cells of ${cell}`,
    ],
    [
      outputs % visionHeads === 0,
      `clip.vision_width gives ${outputs} features, which are not divisible among ${visionHeads} heads`,
    ],
    [
      textWidth % textHeads === 0,
      `clip.transformer_width is ${textWidth}, which is not divisible among ${textHeads} heads`,
    ],
    [
      configuration.n_ctx === tokens,
      `n_ctx is ${configuration.n_ctx}, but two tokens for each of ${levels} levels and ${clip.n_image_tokens} for the image make ${tokens}`,
    ],
    [
      tokens + 2 <= contextLength,
      `clip.context_length is ${contextLength}, without room for ${tokens} tokens between start and end`,
    ],
  ]
  return checks.flatMap(([holds, problem]) => (holds ? [] : [problem]))
}

const checkAgreement = (
  path: string,
  configuration: FixtureConfiguration,
): E.Either<Failure, FixtureConfiguration> => {
  const problems = disagreements(configuration)
  return problems.length === 0 ? E.right(configuration) : E.left({ tag: 'DecodeFailed', path, problems })
}

/** Reads a fixture. Fails with the path of a file that is missing or broken. */
export const readFixture = (directory: string): Effect.Effect<Fixture> => {
  const tensors = (name: string): Effect.Effect<NamedValues> =>
    pipe(
      readSafetensors(join(directory, `${name}.safetensors`)),
      Effect.map((file) => file.tensors),
    )
  const path = join(directory, 'fixture.json')
  return pipe(
    Effect.Do,
    Effect.bind('configuration', () =>
      pipe(
        readJson(path, fixtureCodec),
        Effect.flatMapEither((configuration) => checkAgreement(path, configuration)),
      ),
    ),
    Effect.bind('clip', () => tensors('clip')),
    Effect.bind('promptLearner', () => tensors('prompt_learner')),
    Effect.bind('batch', () => tensors('batch')),
    Effect.bind('expected', () => tensors('expected')),
    Effect.let('directory', () => directory),
  )
}
