/** A parity fixture: a small CLIP, a prompt learner, a batch, and what another implementation computed from them. */
import * as E from 'fp-ts/lib/Either.js'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { wholeNumber } from '../whole-number.js'
import type { ClipArchitecture } from '../../model/index.js'
import { headsOf, resNetOutputWidth } from '../../model/index.js'
import * as Effect from '../effect.js'
import type { NamedValues } from '../engine.js'
import type { Failure } from '../failure.js'
import { readSafetensors } from '../safetensors/file.js'
import { readJson } from '../text-file.js'

const clipSizes = t.type({
  embed_dim: wholeNumber,
  image_resolution: wholeNumber,
  vision_width: wholeNumber,
  vision_patch_size: wholeNumber,
  context_length: wholeNumber,
  vocab_size: wholeNumber,
  transformer_width: wholeNumber,
  transformer_heads: wholeNumber,
  transformer_layers: wholeNumber,
  domain_hidden: wholeNumber,
  mapping_hidden: wholeNumber,
  n_image_tokens: wholeNumber,
})
const vit = t.intersection([t.type({ kind: t.literal('vit'), vision_layers: wholeNumber }), clipSizes])
const resnet = t.intersection([
  t.type({
    kind: t.literal('resnet'),
    vision_layers: t.tuple([wholeNumber, wholeNumber, wholeNumber, wholeNumber]),
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
export const fixtureCodec = t.type({
  clip: t.union([vit, resnet]),
  batch: wholeNumber,
  classes: wholeNumber,
  n_ctx: wholeNumber,
  optimizer: t.type({
    name: t.literal('adam'),
    lr: t.number,
    betas: t.tuple([t.number, t.number]),
    eps: t.number,
    weight_decay: t.number,
    steps: wholeNumber,
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
    visionWidth: clip.vision_width,
  }
  return clip.kind === 'vit'
    ? {
        ...sizes,
        kind: 'vit',
        visionLayers: clip.vision_layers,
        visionHeads: headsOf(clip.vision_width),
        visionPatchSize: clip.vision_patch_size,
      }
    : {
        ...sizes,
        kind: 'resnet',
        visionLayers: clip.vision_layers,
        visionHeads: headsOf(resNetOutputWidth(clip.vision_width)),
      }
}

const checkSteps = (
  path: string,
  configuration: FixtureConfiguration,
): E.Either<Failure, FixtureConfiguration> => {
  const { losses, optimizer } = configuration
  return losses.length === optimizer.steps
    ? E.right(configuration)
    : E.left({
        tag: 'DecodeFailed',
        path,
        problems: [`losses has ${losses.length} entries, but the optimizer takes ${optimizer.steps} steps`],
      })
}

/** Reads a fixture; a file that is missing or broken fails under its own name. */
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
        Effect.flatMapEither((configuration) => checkSteps(path, configuration)),
      ),
    ),
    Effect.bind('clip', () => tensors('clip')),
    Effect.bind('promptLearner', () => tensors('prompt_learner')),
    Effect.bind('batch', () => tensors('batch')),
    Effect.bind('expected', () => tensors('expected')),
    Effect.let('directory', () => directory),
  )
}
