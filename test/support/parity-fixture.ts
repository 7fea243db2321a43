/** A parity fixture of any sizes: random weights, and what the oracle computes from them in float64. */
import { expect } from 'vitest'
import type { NamedValues } from '../../src/values/named-values.js'
import { evaluate } from '../../src/dsl/index.js'
import type { RandomKey } from '../../src/values/random-key.js'
import { foldIn, keyFromSeed, normal } from '../../src/values/random-key.js'
import { elementCount } from '../../src/values/value.js'
import type { FixtureConfiguration } from '../../src/experiments/parity/fixture.js'
import { fixtureArchitecture } from '../../src/experiments/parity/fixture.js'
import { parityProgram } from '../../src/experiments/parity/parity-program.js'
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors/encode.js'
import { initialClip, levelWidths } from '../../src/model/index.js'
import { initialPromptLearner, isPromptLearnerParameter } from '../../src/methods/index.js'
import { expectRight } from '../expect-either.js'
import { initialState } from './training.js'

/** Sizes of a fixture; the rest of its configuration follows from them. */
export interface FixtureSizes extends Pick<FixtureConfiguration, 'clip' | 'batch' | 'classes'> {
  readonly steps: number
}

/** The files of a fixture by name. */
export type FixtureFiles = Readonly<Record<string, Uint8Array>>

const tensorFile = (tensors: NamedValues): Uint8Array =>
  Buffer.concat(expectRight(encodeSafetensors('fixture', tensors)))

/** Tensors with a little noise added, so that no bias is zero and no gain is one. */
const shaken = (tensors: NamedValues, key: RandomKey): NamedValues =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }], i) => {
      const noise = normal(foldIn(key, i), data.length)
      const values = Float32Array.from(data, (value, at) => value + 0.02 * (noise[at] ?? 0))
      return [name, { dtype: 'f32', shape, data: values }]
    }),
  )

/** Prompts: start, context, a word or two by class, end (the largest id), zeros. */
const prompts = (
  { clip: { context_length: length, vocab_size: vocabulary }, classes }: FixtureSizes,
  context: number,
) => {
  const rows = Array.from({ length: classes }, (_, k) => {
    const name = Array.from({ length: 1 + (k % 2) }, (__, i) => 3 + k + i)
    const prompt = [vocabulary - 2, ...Array.from({ length: context }, () => 1), ...name, vocabulary - 1]
    return [...prompt, ...Array.from({ length: length - prompt.length }, () => 0)]
  })
  return { dtype: 'i32', shape: [classes, length], data: Int32Array.from(rows.flat()) } as const
}

const lossNames = ['loss_ce', 'loss_kl', 'loss_smn', 'loss_entropy', 'loss'] as const

/** A fixture of these sizes. */
export const drawnFixture = (sizes: FixtureSizes): FixtureFiles => {
  const { clip: clipSizes, batch, classes, steps } = sizes
  const draft = {
    clip: clipSizes,
    batch,
    classes,
    n_ctx: 0,
    optimizer: { name: 'adam', lr: 0.003, betas: [0.8, 0.99], eps: 1e-8, weight_decay: 1e-3, steps },
    loss_weights: { ce: 0.7, smn: 0.3, entropy: 0.05, kl: 1.1 },
    losses: [],
  } satisfies FixtureConfiguration
  const key = keyFromSeed(17)
  const architecture = fixtureArchitecture(draft)
  const levels = levelWidths(architecture)
  const context = 2 * levels.length + clipSizes.n_image_tokens
  const configuration: FixtureConfiguration = { ...draft, n_ctx: context }
  const clip = shaken(initialClip(architecture, foldIn(key, 1)), foldIn(key, 2))
  const promptLearner = initialPromptLearner(
    {
      levels,
      text: clipSizes.transformer_width,
      styleHidden: clipSizes.domain_hidden,
      mappingHidden: clipSizes.mapping_hidden,
      imageTokens: clipSizes.n_image_tokens,
    },
    { imageTokens: 'shared' },
    foldIn(key, 3),
  )
  const image = [batch, 3, clipSizes.image_resolution, clipSizes.image_resolution]
  const inputs: NamedValues = {
    source: { dtype: 'f32', shape: image, data: normal(foldIn(key, 4), elementCount(image)) },
    target: { dtype: 'f32', shape: image, data: normal(foldIn(key, 5), elementCount(image)) },
    labels: { dtype: 'i32', shape: [batch], data: Int32Array.from({ length: batch }, (_, i) => i % classes) },
    tokens: prompts(sizes, context),
  }

  const step = expectRight(parityProgram(configuration))
  let values: NamedValues = { ...clip, ...promptLearner, ...inputs, ...initialState(step) }
  const results = Array.from({ length: steps }, () => {
    const outputs = expectRight(evaluate(step.program, values, { B: batch, K: classes }))
    const next = step.carried.flatMap(({ parameter, output }) => {
      const value = outputs[output]
      return value === undefined ? [] : [[parameter, value] as const]
    })
    values = { ...values, ...Object.fromEntries(next) }
    const learned = next.filter(([name]) => isPromptLearnerParameter(name))
    return { outputs, learned }
  })
  const weightsAfter = (number: number): NamedValues =>
    Object.fromEntries(
      (results[number - 1]?.learned ?? []).map(([name, value]) => [`step${number}.${name}`, value]),
    )
  const expected = {
    ...Object.fromEntries(
      Object.entries(results[0]?.outputs ?? {}).filter(([name]) => /^(forward|grad)\./.test(name)),
    ),
    ...weightsAfter(1),
    ...weightsAfter(steps),
  }
  const losses = results.map(({ outputs }) =>
    Object.fromEntries(lossNames.map((name) => [name, outputs[name]?.data[0] ?? Number.NaN])),
  )
  return {
    'fixture.json': Buffer.from(JSON.stringify({ ...configuration, losses })),
    'clip.safetensors': tensorFile(clip),
    'prompt_learner.safetensors': tensorFile(promptLearner),
    'batch.safetensors': tensorFile(inputs),
    'expected.safetensors': tensorFile(expected),
  }
}

/** Sizes of a vision transformer in which no two sizes that could be confused are equal. */
export const unlikeClip = {
  kind: 'vit',
  embed_dim: 24,
  image_resolution: 10,
  vision_layers: 2,
  vision_width: 128,
  vision_patch_size: 5,
  context_length: 16,
  vocab_size: 30,
  transformer_width: 36,
  transformer_heads: 3,
  transformer_layers: 1,
  domain_hidden: 7,
  mapping_hidden: 9,
  n_image_tokens: 2,
} as const
export const unlikeSizes: FixtureSizes = { clip: unlikeClip, batch: 2, classes: 3, steps: 2 }

/** Changes the tensors of one of a fixture's files. */
export const editTensors =
  (file: string, edit: (tensors: NamedValues) => NamedValues) =>
  (files: FixtureFiles): FixtureFiles => {
    const { tensors } = expectRight(decodeSafetensors(file, files[file] ?? new Uint8Array()))
    return { ...files, [file]: tensorFile(edit(tensors)) }
  }

/** The tensors without one of them. */
export const without =
  (name: string) =>
  (tensors: NamedValues): NamedValues =>
    Object.fromEntries(Object.entries(tensors).filter(([other]) => other !== name))

/** Adds to the first element of a tensor. */
export const nudged =
  (name: string, by: number) =>
  (tensors: NamedValues): NamedValues => {
    const value = tensors[name]
    if (value === undefined) return expect.fail(`the fixture has no ${name}`)
    const data = Float32Array.from(value.data, (x, i) => (i === 0 ? x + by : x))
    return { ...tensors, [name]: { dtype: 'f32', shape: value.shape, data } }
  }

/** Cuts a file to its first bytes. */
export const cut =
  (file: string, size: number) =>
  (files: FixtureFiles): FixtureFiles => ({
    ...files,
    [file]: (files[file] ?? new Uint8Array()).slice(0, size),
  })
