import { describe, expect, it } from 'vitest'
import type { NamedValues } from '../../../src/values/named-values.js'
import type { Node, Tensor } from '../../../src/dsl/index.js'
import { input, programOfNodes, sized } from '../../../src/dsl/index.js'
import { topologicalOrder } from '../../../src/dsl/walk.js'
import {
  adClipLosses,
  adClip,
  isPromptLearnerParameter,
  paperLossWeights,
  presets,
} from '../../../src/methods/index.js'
import { clipDims, encodeImages, openAiTowers } from '../../../src/model/index.js'
import { adam, trainStep } from '../../../src/optimizers/index.js'
import { expectRight } from '../../expect-either.js'
import { drawn, evaluateNodes, expectClose, f32, i32, numbersOf } from '../../support/evaluation.js'
import { initialState, runStep } from '../../support/training.js'
import { softmaxOf, rowsOf } from '../../losses/plain-losses.js'
import { architecture, classPrompts, drawnWeights } from '../../model/small-clip.js'

const [batch, classes, embedding] = [2, 3, architecture.embedDim]
const { side } = clipDims(architecture)
const towers = openAiTowers(architecture)
const encode = encodeImages(architecture)
const [source, target] = [
  encode(input('source', ['B', 3, side, side])),
  encode(input('target', ['B', 3, side, side])),
]
const prompts = { tokens: input('prompts', ['K', sized('X', architecture.contextLength)], 'i32') }
const labels = input('labels', ['B'], 'i32')

/** The two readings that have a context of their own. */
type PresetName = 'reference' | 'paper'

const modelOf = (preset: PresetName) =>
  adClip(
    towers,
    {
      styleHidden: 7,
      mappingHidden: 9,
      imageTokens: 2,
      textWidth: towers.text.width,
    },
    presets[preset],
  )
const forwardOf = (preset: PresetName) => modelOf(preset).forward(source, target, prompts)
const lossesOf = (preset: PresetName) =>
  adClipLosses(forwardOf(preset), labels, presets[preset], paperLossWeights)

const images = {
  source: drawn(1, [batch, 3, 6, 6]),
  target: drawn(2, [batch, 3, 6, 6]),
  prompts: classPrompts,
  labels: i32([batch], [2, 0]),
}
const weightsOf = {
  reference: drawnWeights({ total: lossesOf('reference').total }),
  paper: drawnWeights({ total: lossesOf('paper').total }),
}
const valuesOf = (preset: PresetName): NamedValues => ({ ...weightsOf[preset], ...images })
const inputsOf = (tensor: { readonly node: Node }): ReadonlySet<string> =>
  new Set(expectRight(programOfNodes({ of: tensor.node })).inputs.map(({ attributes }) => attributes.name))

const presetNames: readonly PresetName[] = ['reference', 'paper']

describe.each(presetNames)("AD-CLIP's forward pass (%s)", (preset) => {
  const output = forwardOf(preset)
  const values = valuesOf(preset)

  it('gives each image a feature of unit length for each class', () => {
    expect(output.source.textFeatures.node.shape).toEqual(['B', 'K', embedding])
    for (const row of rowsOf(numbersOf(output.target.textFeatures, values), embedding)) {
      expectClose([Math.hypot(...row)], [1])
    }
  })

  it('gives logits exp(logit_scale) · cos(image feature, text feature)', () => {
    const features = rowsOf(numbersOf(source.feature, values), embedding)
    const texts = rowsOf(numbersOf(output.source.textFeatures, values), embedding)
    const scale = Math.exp(values['logit_scale']?.data[0] ?? Number.NaN)
    const expected = features.flatMap((feature, b) =>
      texts
        .slice(b * classes, (b + 1) * classes)
        .map(
          (text) =>
            (scale * feature.reduce((sum, x, i) => sum + x * (text[i] ?? 0), 0)) / Math.hypot(...feature),
        ),
    )
    expectClose(numbersOf(output.source.logits, values), expected)
  })

  it('gives probabilities that are the softmax of the logits', () => {
    const logits = rowsOf(numbersOf(output.target.logits, values), classes)
    expectClose(numbersOf(output.target.probabilities, values), logits.flatMap(softmaxOf))
  })

  it('lets both domains write the prompts of each other', () => {
    expect(inputsOf(output.source.logits)).toEqual(new Set(['source', 'target', 'prompts']))
    expect(inputsOf(output.target.logits)).toEqual(new Set(['source', 'target', 'prompts']))
  })

  it('does not mix the pairs of a batch', () => {
    const swapped = (data: ArrayLike<number>): readonly number[] => [
      ...Array.from(data).slice(data.length / 2),
      ...Array.from(data).slice(0, data.length / 2),
    ]
    const turned = {
      ...values,
      source: f32(images.source.shape, swapped(images.source.data)),
      target: f32(images.target.shape, swapped(images.target.data)),
    }
    expectClose(numbersOf(output.target.logits, turned), swapped(numbersOf(output.target.logits, values)))
  })

  it('reads neither the context placeholders nor what follows the end of a prompt', () => {
    const scribbled = Array.from(classPrompts.data, (id) => (id === 1 || id === 0 ? 7 : id))
    const changed = { ...values, prompts: i32(classPrompts.shape, scribbled) }
    expect(numbersOf(output.source.logits, changed)).toEqual(numbersOf(output.source.logits, values))
  })
})

describe('the style mapping network reads', () => {
  it('the source in preset reference', () =>
    expect(inputsOf(forwardOf('reference').mappedStyle)).toEqual(new Set(['source'])))

  it('the target in preset paper', () =>
    expect(inputsOf(forwardOf('paper').mappedStyle)).toEqual(new Set(['target'])))
})

describe('the style of a domain', () => {
  it.each(presetNames)('comes from its own images alone (%s)', (preset) => {
    const { sourceStyle, targetStyle } = forwardOf(preset)
    expect(inputsOf(sourceStyle)).toEqual(new Set(['source']))
    expect(inputsOf(targetStyle)).toEqual(new Set(['target']))
  })
})

describe('image tokens', () => {
  it('share one mixing layer in preset reference, and have one each in preset paper', () => {
    expect(weightsOf.reference['image_tokens.lin.weight']?.shape).toEqual([1, 2])
    expect(weightsOf.paper['image_tokens.lin.weight']?.shape).toEqual([2, 2])
  })
})

describe('the losses of a preset', () => {
  it.each(presetNames)('are finite and add up (%s)', (preset) => {
    const losses = lossesOf(preset)
    const nodes = {
      crossEntropy: losses.crossEntropy.node,
      styleMapping: losses.styleMapping.node,
      entropy: losses.entropy.node,
      divergence: losses.divergence.node,
      total: losses.total.node,
    }
    const values = evaluateNodes(nodes, valuesOf(preset))
    const at = (name: keyof typeof nodes): number => values[name].data[0] ?? Number.NaN
    expectClose(
      [at('total')],
      [at('crossEntropy') + 0.1 * at('styleMapping') + 0.01 * at('entropy') + at('divergence')],
    )
  })

  it('differ in entropy, divergence and what the mapped style is compared with', () => {
    const [released, paper] = [lossesOf('reference'), lossesOf('paper')]
    const shared = { ...valuesOf('paper') }
    expect(numbersOf(released.styleMapping, shared)).not.toEqual(numbersOf(paper.styleMapping, shared))
    expect(inputsOf(released.styleMapping)).toEqual(new Set(['source']))
    expect(inputsOf(paper.styleMapping)).toEqual(new Set(['source', 'target']))
  })
})

describe('prediction', () => {
  it.each(presetNames)('needs target images alone (%s)', (preset) => {
    const { logits } = modelOf(preset).predict(target, prompts)
    expect(inputsOf(logits)).toEqual(new Set(['target', 'prompts']))
  })

  it('takes the target as both inputs in preset reference', () => {
    const { predict, forward } = modelOf('reference')
    const [alone, both] = [predict(target, prompts).logits, forward(target, target, prompts).target.logits]
    expectClose(numbersOf(alone, valuesOf('reference')), numbersOf(both, valuesOf('reference')))
  })

  it('takes the mapped style for the source’s in preset paper', () => {
    const { logits } = modelOf('paper').predict(target, prompts)
    const mapping = (tensor: Tensor<['B', 'K']>): boolean =>
      topologicalOrder([tensor.node]).some(
        (node) => node.op === 'parameter' && node.attributes.name.startsWith('style_mapping_tokens.'),
      )
    expect(mapping(logits)).toBe(true)
    expect(mapping(modelOf('reference').predict(target, prompts).logits)).toBe(false)
  })
})

describe.each(presetNames)("AD-CLIP's training step (%s)", (preset) => {
  const { total } = lossesOf(preset)
  const optimizer = adam({ learningRate: 0.01, weightDecay: 5e-4 })
  const step = expectRight(trainStep({ loss: total, isTrainable: isPromptLearnerParameter }, optimizer))
  const forward = new Set(topologicalOrder([total.node]))
  const added = topologicalOrder(Object.values<Node>(step.program.outputs)).filter(
    (node) => !forward.has(node),
  )
  const frozen = [...forward].flatMap((node) =>
    node.op === 'parameter' && !isPromptLearnerParameter(node.attributes.name) ? [node] : [],
  )
  /** The weight that a node is, or is the transpose of. */
  const weightName = (node: Node): string | undefined => {
    if (node.op === 'parameter') return node.attributes.name
    return node.op === 'transpose' ? weightName(node.operands[0]) : undefined
  }

  it('carries the prompt learner and its optimizer state, and nothing else', () => {
    const learnable = Object.keys(weightsOf[preset]).filter(isPromptLearnerParameter)
    const state = learnable.flatMap((name) => [
      `optimizer/1/firstMoment/${name}`,
      `optimizer/1/secondMoment/${name}`,
    ])
    expect(new Set(step.carried.map(({ parameter }) => parameter))).toEqual(
      new Set([...learnable, ...state, 'optimizer/step']),
    )
  })

  it('builds no gradient of a frozen matrix: no product that it adds has the shape of one', () => {
    const matrices = frozen.flatMap(({ shape }) =>
      shape.length === 2 ? [String(shape), String(shape.toReversed())] : [],
    )
    const products = added.filter(({ op }) => op === 'matmul').map(({ shape }) => String(shape))
    expect(matrices.length).toBeGreaterThan(10)
    expect(products.length).toBeGreaterThan(10)
    expect(products.filter((shape) => matrices.includes(shape))).toEqual([])
  })

  it('goes back through the text encoder, and not into the image encoder', () => {
    const read = added.flatMap(({ operands }) => operands).map(weightName)
    expect(read.filter((name) => name?.startsWith('visual.') === true)).toEqual([])
    expect(read).toContain('transformer.resblocks.0.mlp.c_fc.weight')
  })

  it('makes the total smaller, and changes every learnable matrix', () => {
    const before = { ...valuesOf(preset), ...initialState(step) }
    const first = runStep(step, before)
    const second = runStep(step, first.next)
    expect(second.outputs['loss']?.data[0]).toBeLessThan(first.outputs['loss']?.data[0] ?? Number.NaN)
    for (const name of Object.keys(weightsOf[preset])) {
      const same = String(first.next[name]?.data) === String(weightsOf[preset][name]?.data)
      // The bias of the mixing layer has a gradient of nearly zero: it may stay or move.
      if (name !== 'image_tokens.lin.bias') expect(same, name).toBe(!isPromptLearnerParameter(name))
    }
  })
})
