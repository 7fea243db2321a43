/** Savings that change no result: prompts that begin alike share their beginning, runs of tokens leave out padding. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  concat,
  dim,
  uniformRagged,
  gather,
  gradient,
  gradients,
  input,
  packRagged,
  mul,
  randomKey,
  rename,
  reorder,
  reshape,
  rowStarts,
  select,
  sized,
  padRagged,
  sum,
  ragged,
} from '../src/dsl/index.js'
import type { ClassPrompts, ClipArchitecture } from '../src/model/index.js'
import {
  clipDims,
  openAiTowers,
  pairedPromptFeatures,
  promptFeatures,
  wholePromptFeatures,
  openAiBlocks,
  blockActivation,
} from '../src/model/index.js'
import { drawnWeights } from '../test/model/small-clip.js'
import { drawn, evaluateNodes, expectClose, i32, numbersOf } from '../test/support/evaluation.js'

const vocabulary = 9
const [startOfText, endOfText] = [vocabulary - 2, vocabulary - 1]

/** A text tower and prompts of random sizes: lengths of the names, context tokens, padding after the longest. */
const settings = fc
  .record({
    textLayers: fc.integer({ min: 0, max: 3 }),
    textHeads: fc.integer({ min: 1, max: 3 }),
    headWidth: fc.integer({ min: 1, max: 4 }),
    embedDim: fc.integer({ min: 1, max: 5 }),
    batch: fc.integer({ min: 1, max: 3 }),
    context: fc.integer({ min: 1, max: 4 }),
    names: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
    padding: fc.integer({ min: 0, max: 2 }),
    activation: fc.constantFrom(...blockActivation.values),
    epsilon: fc.constantFrom(1e-5, 1e-3),
    seed: fc.nat(1000),
  })
  .map(({ textHeads, headWidth, textLayers, embedDim, activation, epsilon, ...drawnSizes }) => {
    const length = 2 + drawnSizes.context + Math.max(...drawnSizes.names) + drawnSizes.padding
    const architecture: ClipArchitecture = {
      kind: 'vit',
      embedDim,
      textLayers,
      textHeads,
      textWidth: textHeads * headWidth,
      contextLength: length + 1,
      vocabSize: vocabulary,
      imageResolution: 2,
      visionLayers: 1,
      visionWidth: 2,
      visionHeads: 1,
      visionPatchSize: 1,
      textBlocks: { activation, epsilon },
      visionBlocks: openAiBlocks,
    }
    return { ...drawnSizes, architecture, length }
  })

type Setting = typeof settings extends fc.Arbitrary<infer S> ? S : never

/** [SOS] context name [EOT] padding, for names of these lengths. */
const promptIds = (context: number, names: readonly number[], length: number) =>
  i32(
    [names.length, length],
    names.flatMap((name, k) => {
      const words = Array.from({ length: name }, (_, i) => 1 + ((k + i) % (vocabulary - 3)))
      const prompt = [startOfText, ...Array.from({ length: context }, () => 0), ...words, endOfText]
      return [...prompt, ...Array.from({ length: length - prompt.length }, () => 0)]
    }),
  )

/** Features by their definition: every prompt whole. */
const plainFeatures: typeof promptFeatures = (architecture) => (context, classPrompts) => {
  const { text } = openAiTowers(architecture)
  return wholePromptFeatures(text)(rename(context, 2, text.width), classPrompts)
}

/** Features of prompts, followed by the gradient of their product with fixed numbers by the contexts. */
type PromptFeatures = typeof promptFeatures
const featuresAndGradient = (
  features: PromptFeatures,
  { architecture, batch, context, names, length, seed }: Setting,
  lengths?: readonly number[],
): readonly number[] => {
  const [B, K, E] = [sized('B', batch), sized('K', names.length), sized('E', architecture.embedDim)]
  const contexts = input('contexts', [B, sized('C', context), clipDims(architecture).textWidth])
  const classPrompts: ClassPrompts = { tokens: input('classes', [K, sized('X', length)], 'i32'), lengths }
  const result = features(architecture)(contexts, classPrompts)
  const slopes = gradient(sum(mul(result, input('cotangent', [B, K, E]))), contexts)
  const weights = drawnWeights({ plain: plainFeatures(architecture)(contexts, classPrompts) })
  const found = evaluateNodes(
    { result: result.node, slopes: slopes.node },
    {
      ...weights,
      contexts: drawn(seed, [batch, context, architecture.textWidth]),
      classes: promptIds(context, names, length),
      cotangent: drawn(seed + 1, [batch, names.length, architecture.embedDim]),
    },
  )
  return [...found.result.data, ...found.slopes.data]
}

describe('prompt features and their gradients equal those of whole prompts encoded one by one', () => {
  test('if the classes of an image share the beginning of its prompts', () => {
    fc.assert(
      fc.property(settings, (setting) => {
        expectClose(
          featuresAndGradient(promptFeatures, setting),
          featuresAndGradient(plainFeatures, setting),
          1e-9,
        )
      }),
      { numRuns: 30 },
    )
  })

  test('if prompts are only as long as their class needs', () => {
    fc.assert(
      fc.property(settings, (setting) => {
        const { context, names } = setting
        const lengths = names.map((words) => 1 + context + words + 1)
        expectClose(
          featuresAndGradient(promptFeatures, setting, lengths),
          featuresAndGradient(plainFeatures, setting),
          1e-9,
        )
      }),
      { numRuns: 30 },
    )
  })
})

/**
 * Features of pairs of images that share the first tokens of their contexts, followed by gradients as above: by what they
 * share, and by what each goes on with.
 */
const pairsAndGradients = (
  features: PairedFeatures,
  { architecture, batch, context, names, length, seed }: Setting,
  shared: number,
  lengths?: readonly number[],
): readonly number[] => {
  const [B, K, E] = [sized('B', batch), sized('K', names.length), sized('E', architecture.embedDim)]
  const { textWidth } = clipDims(architecture)
  const own = context - shared
  const parts = {
    shared: input('shared', [B, sized('R', shared), textWidth]),
    first: input('first', [B, sized('C', own), textWidth]),
    second: input('second', [B, sized('C', own), textWidth]),
  }
  const classPrompts: ClassPrompts = { tokens: input('classes', [K, sized('X', length)], 'i32'), lengths }
  const [first, second] = features(architecture)(parts.shared, [parts.first, parts.second], classPrompts)
  const loss = add(
    sum(mul(first, input('firstCotangent', [B, K, E]))),
    sum(mul(second, input('secondCotangent', [B, K, E]))),
  )
  const slopes = gradients(loss, parts)
  const drawnOf = (offset: number, tokens: number) =>
    drawn(seed + offset, [batch, tokens, architecture.textWidth])
  const found = evaluateNodes(
    {
      first: first.node,
      second: second.node,
      shared: slopes.shared.node,
      firstOwn: slopes.first.node,
      secondOwn: slopes.second.node,
    },
    {
      ...drawnWeights({ plain: plainFeatures(architecture)(parts.shared, classPrompts) }),
      shared: drawnOf(0, shared),
      first: drawnOf(1, own),
      second: drawnOf(2, own),
      classes: promptIds(context, names, length),
      firstCotangent: drawn(seed + 3, [batch, names.length, architecture.embedDim]),
      secondCotangent: drawn(seed + 4, [batch, names.length, architecture.embedDim]),
    },
  )
  return Object.values(found).flatMap(({ data }) => [...data])
}

type PairedFeatures = typeof pairedPromptFeatures

/** By their definition: two whole contexts for each pair. */
const plainPairs: PairedFeatures = (architecture) => (shared, own, classPrompts) => {
  const encode = plainFeatures(architecture)
  const [first, second] = own
  return [encode(concat([shared, first], 1), classPrompts), encode(concat([shared, second], 1), classPrompts)]
}

test('features and gradients are the same if images in pairs share the beginning of their contexts', () => {
  fc.assert(
    fc.property(settings, fc.nat(100), fc.boolean(), (drawnSetting, at, known) => {
      const setting = { ...drawnSetting, context: drawnSetting.context + 1, length: drawnSetting.length + 1 }
      const { context, names } = setting
      const architecture = {
        ...setting.architecture,
        contextLength: setting.architecture.contextLength + 1,
      }
      const shared = 1 + (at % (context - 1))
      const lengths = names.map((words) => 1 + context + words + 1)
      expectClose(
        pairsAndGradients(
          pairedPromptFeatures,
          { ...setting, architecture },
          shared,
          known ? lengths : undefined,
        ),
        pairsAndGradients(plainPairs, { ...setting, architecture }, shared),
        1e-9,
      )
    }),
    { numRuns: 30 },
  )
})

test('reorder is undone by the inverse order, and refuses what is not a permutation', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(1000), (size, seed) => {
      const order = randomKey.permutation(randomKey.keyFromSeed(seed), size)
      const back = Array.from(order, (_, i) => order.indexOf(i))
      const x = input('x', [2, sized('N', size), 3])
      const value = drawn(seed, [2, size, 3])
      expect(numbersOf(reorder(reorder(x, 1, [...order]), 1, back), { x: value })).toEqual([...value.data])
      const firsts = numbersOf(select(reorder(x, 1, [...order]), 1, 0), { x: value })
      const from = 3 * (order[0] ?? 0)
      expect(firsts.slice(0, 3)).toEqual([...value.data.slice(from, from + 3)])
      for (const wrong of [[...order, size], Array.from(order, () => 0).concat(0)]) {
        expect(reorder(x, 1, wrong).node.fault?.message).toContain('is not an order of axis 1')
      }
    }),
  )
})

describe('a ragged batch', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })
  const names = { total: 'Q', count: 'N', longest: 'S' } as const

  test('is padded with zeros after the rows of each run', () => {
    fc.assert(
      fc.property(lengths, fc.nat(1000), (each, seed) => {
        const runs = ragged(each, names)
        const packed = input('packed', [2, runs.total, 3])
        const value = drawn(seed, [2, Number(runs.total.dim), 3])
        const rows = Array.from({ length: value.data.length / 3 }, (_, i) => [
          ...value.data.slice(3 * i, 3 * i + 3),
        ])
        const longest = Math.max(...each)
        const expected = [0, 1].flatMap((item) =>
          each.flatMap((length, run) => {
            const start = each.slice(0, run).reduce((sofar, other) => sofar + other, item * (rows.length / 2))
            const filling = Array.from({ length: 3 * (longest - length) }, () => 0)
            return [...rows.slice(start, start + length).flat(), ...filling]
          }),
        )
        expect(numbersOf(padRagged(packed, runs), { packed: value })).toEqual(expected)
      }),
    )
  })

  test('that is padded and packed again is the same, and rowStarts gives where each run begins', () => {
    fc.assert(
      fc.property(lengths, fc.nat(1000), (each, seed) => {
        const runs = ragged(each, names)
        const packed = input('packed', [2, runs.total, 3])
        const value = drawn(seed, [2, Number(runs.total.dim), 3])
        expect(numbersOf(packRagged(padRagged(packed, runs), runs), { packed: value })).toEqual([
          ...value.data,
        ])
        const firsts = select(padRagged(packed, runs), 2, 0)
        expect(numbersOf(gather(packed, rowStarts(runs), 1), { packed: value })).toEqual(
          numbersOf(firsts, { packed: value }),
        )
      }),
    )
  })

  test('of equal lengths is padded by a reshape, with any number of runs', () => {
    const runs = uniformRagged(dim('N'), dim(2))
    const packed = input('packed', ['2*N', 3])
    expect(padRagged(packed, runs).node).toBe(reshape(packed, ['N', 2, 3]).node)
    expect(packRagged(padRagged(packed, runs), runs).node.shape).toEqual(['2*N', 3])
  })
})
