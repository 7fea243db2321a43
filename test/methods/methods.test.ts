import { describe, expect, it } from 'vitest'
import type { Tensor, TensorValue } from '../../src/dsl/index.js'
import type { PromptMethod } from '../../src/methods/index.js'
import {
  adClipMethod,
  coCoOp,
  coOp,
  dapl,
  definitionOf,
  inductiveNames,
  zeroShot,
} from '../../src/methods/index.js'
import type { PublishedName } from '../../src/model/clip/published-architectures.js'
import { publishedArchitectures } from '../../src/model/clip/published-architectures.js'
import { openAiTowers } from '../../src/model/index.js'
import { presets } from '../../src/methods/index.js'
import type { ClipArchitecture } from '../../src/model/index.js'
import { adam, trainStep } from '../../src/optimizers/index.js'
import { expectRight } from '../expect-either.js'
import { softmaxOf } from '../losses/plain-losses.js'
import { drawn, expectClose, f32, i32, numberOf } from '../support/evaluation.js'
import { initialState, runStep } from '../support/training.js'
import {
  adaptationBatch,
  architecture,
  batch,
  classes,
  clipWeights,
  guessRates,
  guessRateValues,
  guessedImages,
  leavesOf,
  promptRows,
  settings,
  smallMethod,
  tableOf,
  template,
  towers,
  valuesOf,
} from './small-task.js'

const sizes = { B: batch, K: classes }
const { target } = adaptationBatch
const predictionOf = (method: PromptMethod) => method.predict(target, adaptationBatch.classTexts)
const logitsOf = (method: PromptMethod, values = valuesOf(method, 1)) =>
  tableOf(predictionOf(method), values, classes)
const zeroShotLogits = logitsOf(zeroShot(towers))

describe.each(inductiveNames)('%s', (name) => {
  const method = smallMethod(name)
  const values = valuesOf(method, 1)

  it('predicts from images of the target alone', () => {
    const leaves = leavesOf(predictionOf(method))
    expect(leaves).toContain('target')
    expect(leaves).not.toContain('source')
    expect(leaves).not.toContain('labels')
  })

  it('needs CLIP and first values of its own for its programs, and nothing else', () => {
    const known = new Set(Object.keys(values))
    for (const tensor of [predictionOf(method), method.loss(adaptationBatch).total]) {
      expect([...leavesOf(tensor)].filter((leaf) => !known.has(leaf))).toEqual([])
    }
  })

  it('reports for each labelled image that exactly one class is right, whatever the labels', () => {
    const { accuracy } = method.loss(adaptationBatch)
    const shares = Array.from({ length: classes }, (_, label) =>
      numberOf(
        accuracy,
        {
          ...values,
          labels: i32(
            [batch],
            Array.from({ length: batch }, () => label),
          ),
        },
        sizes,
      ),
    )
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
    for (const share of shares)
      expect(Math.abs(share * batch - Math.round(share * batch))).toBeLessThan(1e-12)
    expect([...leavesOf(accuracy)]).toEqual(expect.arrayContaining(['source', 'labels']))
  })

  it('trains none of CLIP’s weights', () => {
    const own = Object.keys(
      method.initialParameters({
        key: [1, 2],
        classCount: classes,
        targetCount: 7,
        clipWeights: values,
        promptRows: promptRows(template),
        classPrior: guessRateValues,
        images: guessedImages,
      }),
    )
    const trained = [...leavesOf(method.loss(adaptationBatch).total)].filter(method.isTrainable)
    expect(trained.filter((parameter) => !own.includes(parameter))).toEqual([])
    expect(trained.length > 0).toBe(definitionOf(name).learns)
  })

  it('makes its loss smaller by a step', () => {
    const { total } = method.loss(adaptationBatch)
    const step = expectRight(
      trainStep({ loss: total, isTrainable: method.isTrainable }, adam({ learningRate: 1e-3 })),
    )
    const first = runStep(step, { ...values, ...initialState(step, sizes) })
    const second = runStep(step, first.next)
    const [before, after] = [first, second].map(({ outputs }) => outputs['loss']?.data[0] ?? Number.NaN)
    if (definitionOf(name).learns) expect(after).toBeLessThan(before ?? Number.NaN)
    else expect(after).toBe(before)
  })
})

it('SHOT-IM learns from no image of the source and no label', () => {
  const leaves = leavesOf(smallMethod('shot-im').loss(adaptationBatch).total)
  expect(leaves).toContain('target')
  expect(leaves).not.toContain('source')
  expect(leaves).not.toContain('labels')
})

/** A method's first values, but for some. */
const begun = (method: PromptMethod, changes: Readonly<Record<string, TensorValue>>) => ({
  ...valuesOf(method, 1),
  ...changes,
})

/** The embeddings of words. */
const embeddings = (words: readonly number[]): TensorValue => {
  const width = architecture.textWidth
  const table = clipWeights(1)['token_embedding.weight']?.data ?? []
  return f32(
    [words.length, width],
    words.flatMap((word) => [...table.slice(word * width, (word + 1) * width)]),
  )
}

const expectRows = (actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]) =>
  expectClose(actual.flat(), expected.flat(), 1e-9)

describe('AD-CLIP with tokens added to a template', () => {
  const unaligned = { ...settings.switches, alignment: 'none' } as const
  const method = adClipMethod(towers, { ...settings, switches: unaligned })

  it('starts with the logits of zero-shot CLIP', () => expectRows(logitsOf(method), zeroShotLogits))

  it('differs from zero-shot CLIP as soon as the layer that adds tokens is not zero', () => {
    const mixing = drawn(9, [template.length, 2 * architecture.visionLayers + settings.imageTokens], 0.1)
    const moved = logitsOf(method, begun(method, { 'template_tokens.lin.weight': mixing }))
    expect(moved.flat()).not.toEqual(zeroShotLogits.flat())
  })

  it.each(['confidenceWeighted', 'aligned'] as const)(
    "is trained on zero-shot CLIP's guesses, each weighed by its confidence (%s)",
    (pseudoLabels) => {
      const switches = { ...unaligned, pseudoLabels }
      const taught = adClipMethod(towers, { ...settings, switches })
      const { terms } = taught.loss(adaptationBatch)
      const expected = zeroShotLogits.map(softmaxOf).map((row) => {
        const raised = row.map((p, k) => p / Math.sqrt(pseudoLabels === 'aligned' ? (guessRates[k] ?? 0) : 1))
        const guess = raised.indexOf(Math.max(...raised))
        const confidence = (raised[guess] ?? 0) / raised.reduce((sum, x) => sum + x, 0)
        return -confidence * Math.log(row[guess] ?? 0)
      })
      const term = terms['pseudoLabels']
      if (term === undefined) return expect.fail('no such term')
      const average = expected.reduce((sum, x) => sum + x, 0) / batch
      return expectClose([numberOf(term, valuesOf(method, 1), sizes)], [average], 1e-9)
    },
  )

  it('is taught all probabilities of zero-shot CLIP, aligned halfway', () => {
    const switches = { ...unaligned, pseudoLabels: 'distilled' } as const
    const { terms } = adClipMethod(towers, { ...settings, switches }).loss(adaptationBatch)
    const divergences = zeroShotLogits.map(softmaxOf).map((row) => {
      const raised = row.map((p, k) => p / Math.sqrt(guessRates[k] ?? 0))
      const total = raised.reduce((sum, x) => sum + x, 0)
      return raised.reduce((sum, x, k) => sum + (x / total) * Math.log(x / total / (row[k] ?? 0)), 0)
    })
    const term = terms['pseudoLabels']
    if (term === undefined) return expect.fail('no such term')
    const average = divergences.reduce((sum, x) => sum + x, 0) / batch
    return expectClose([numberOf(term, valuesOf(method, 1), sizes)], [average], 1e-9)
  })

  it('minimises entropy less the information that predictions have of images', () => {
    const { terms } = method.loss(adaptationBatch)
    const predictions = zeroShotLogits.map(softmaxOf)
    const entropyOf = (p: readonly number[]) => -p.reduce((sum, x) => sum + x * Math.log(x), 0)
    const mean = (predictions[0] ?? []).map(
      (_, k) => predictions.reduce((sum, row) => sum + (row[k] ?? 0), 0) / batch,
    )
    const term = terms['entropy']
    if (term === undefined) return expect.fail('no such term')
    const expected = predictions.reduce((sum, row) => sum + entropyOf(row), 0) / batch - entropyOf(mean)
    return expectClose([numberOf(term, valuesOf(method, 1), sizes)], [expected], 1e-9)
  })
})

describe('AD-CLIP with alignment', () => {
  const method = adClipMethod(towers, settings)
  const { terms } = method.loss(adaptationBatch)
  const raised = zeroShotLogits.map((row) => row.map((x, k) => x - Math.log(guessRates[k] ?? 0) / 2))
  const valueOf = (term: Tensor<[]> | undefined): number =>
    term === undefined ? expect.fail('no such term') : numberOf(term, valuesOf(method, 1), sizes)

  it('begins as zero-shot CLIP with classes raised that it hardly ever guesses', () =>
    expectRows(logitsOf(method), raised))

  it('has a pseudo-label loss of zero at the start', () =>
    expect(valueOf(terms['pseudoLabels'])).toBeCloseTo(0, 12))

  it('is aligned on the target alone', () => {
    const { terms: plain } = adClipMethod(towers, {
      ...settings,
      switches: { ...settings.switches, alignment: 'none' },
    }).loss(adaptationBatch)
    expect(valueOf(terms['crossEntropy'])).toBe(valueOf(plain['crossEntropy']))
    expect(valueOf(terms['entropy'])).not.toBe(valueOf(plain['entropy']))
  })
})

describe('the levels that AD-CLIP reads', () => {
  const levelsRead = (levels: number) =>
    [...leavesOf(adClipMethod(towers, { ...settings, levels }).loss(adaptationBatch).total)].filter(
      (name) => name.startsWith('domain_tokens.linear1') && name.endsWith('weight'),
    )

  it('are as many as its setting says, and give it as many style tokens', () => {
    expect(levelsRead(2)).toHaveLength(2)
    expect(levelsRead(1)).toHaveLength(1)
    const { prompts } = adClipMethod(towers, {
      ...settings,
      switches: presets.paper,
      levels: 1,
    })
    expect(prompts).toEqual({ tag: 'Placeholders', count: 2 * 1 + settings.imageTokens })
  })
})

describe('the parameters that the prompt learner trains', () => {
  const stages: ClipArchitecture = {
    ...architecture,
    kind: 'resnet',
    imageResolution: 32,
    visionLayers: [1, 1, 1, 1],
    visionWidth: 2,
    visionHeads: 1,
  }
  const learned = (preset: 'reference' | 'paper') =>
    adClipMethod(openAiTowers(stages), { ...settings, switches: presets[preset] }).isTrainable

  it('leave out its first layers on a ResNet in preset reference, as released, and not in preset paper', () => {
    for (const name of [
      'domain_tokens.linear1.0',
      'style_mapping_tokens.linear1.3',
      'image_tokens.linear.2',
    ]) {
      expect(learned('reference')(`${name}.weight`)).toBe(false)
      expect(learned('paper')(`${name}.weight`)).toBe(true)
    }
    expect(learned('reference')('domain_tokens.linear2.0.weight')).toBe(true)
    expect(learned('reference')('image_tokens.lin.weight')).toBe(true)
  })

  it('include the first layers on a vision transformer', () => {
    const { isTrainable: learns } = adClipMethod(towers, {
      ...settings,
      switches: presets.reference,
    })
    expect(learns('domain_tokens.linear1.0.weight')).toBe(true)
  })
})

describe('CoOp', () => {
  const method = coOp(towers, { contextTokens: template.length, classSpecificContext: false })

  it('is zero-shot CLIP where its context is the words of the template', () =>
    expectRows(
      logitsOf(method, begun(method, { 'prompt_learner.ctx': embeddings(template) })),
      zeroShotLogits,
    ))

  it('has one context, of vectors with a deviation of 0.02', () => {
    const values = coOp(towers, { contextTokens: 500, classSpecificContext: false }).initialParameters({
      key: [1, 2],
      classCount: classes,
      targetCount: 7,
      clipWeights: {},
      promptRows: promptRows(template),
      classPrior: guessRateValues,
      images: guessedImages,
    })
    const context = values['prompt_learner.ctx']
    expect(Object.keys(values)).toEqual(['prompt_learner.ctx'])
    expect(context?.shape).toEqual([500, architecture.textWidth])
    const squares = [...(context?.data ?? [])].map((x) => x * x)
    expect(Math.sqrt(squares.reduce((sum, x) => sum + x, 0) / squares.length)).toBeCloseTo(0.02, 3)
  })

  it('gives every class a context of its own where it should', () => {
    const own = coOp(towers, { contextTokens: template.length, classSpecificContext: true })
    const width = architecture.textWidth
    const words = embeddings(template)
    const other = drawn(21, [template.length, width])
    const contexts = f32(
      [classes, template.length, width],
      Array.from({ length: classes }, (_, k) => [...(k === 1 ? other : words).data]).flat(),
    )
    const rows = logitsOf(own, begun(own, { 'prompt_learner.ctx': contexts }))
    const alone = logitsOf(method, begun(method, { 'prompt_learner.ctx': other }))
    expectRows(
      rows,
      zeroShotLogits.map((row, i) =>
        row.map((logit, k) => (k === 1 ? (alone[i]?.[k] ?? Number.NaN) : logit)),
      ),
    )
  })

  it('learns from the source alone', () =>
    expect(leavesOf(method.loss(adaptationBatch).total)).not.toContain('target'))
})

describe('CoCoOp', () => {
  const method = coCoOp(towers, { templateTokens: template.length })
  const silent = {
    'prompt_learner.meta_net.linear2.weight': drawn(1, [architecture.textWidth, 1], 0),
    'prompt_learner.meta_net.linear2.bias': drawn(1, [architecture.textWidth], 0),
  }

  it('begins as the words of the template: zero-shot CLIP, while its network says nothing', () =>
    expectRows(logitsOf(method, begun(method, silent)), zeroShotLogits))

  it('adds one token of the image to every vector of the context', () => {
    const bias = drawn(11, [architecture.textWidth])
    const shifted = logitsOf(
      method,
      begun(method, { ...silent, 'prompt_learner.meta_net.linear2.bias': bias }),
    )
    const width = architecture.textWidth
    const context = f32(
      [template.length, width],
      [...embeddings(template).data].map((x, i) => x + (bias.data[i % width] ?? 0)),
    )
    const same = coOp(towers, { contextTokens: template.length, classSpecificContext: false })
    expectRows(shifted, logitsOf(same, begun(same, { 'prompt_learner.ctx': context })))
  })

  it('learns from the source alone', () =>
    expect(leavesOf(method.loss(adaptationBatch).total)).not.toContain('target'))
})

describe('DAPL', () => {
  const daplSettings = {
    ...definitionOf('dapl').defaults.settings,
    contextTokens: 1,
    classSpecificContext: true,
  }
  const method = dapl(towers, daplSettings)
  const [first, second] = [embeddings(template.slice(0, 1)), embeddings(template.slice(1))]
  const width = architecture.textWidth
  const ofClasses = f32([classes, 1, width], Array.from({ length: classes }, () => [...first.data]).flat())
  const asTemplate = begun(method, {
    'prompt_learner.ctx': ofClasses,
    'prompt_learner.domainctx.target': second,
  })

  it('is zero-shot CLIP where its two contexts are the words of the template', () =>
    expectRows(logitsOf(method, asTemplate), zeroShotLogits))

  it('predicts by the context of the target, whatever that of the source', () => {
    const moved = { ...asTemplate, 'prompt_learner.domainctx.source': drawn(12, [1, width]) }
    expect(logitsOf(method, moved)).toEqual(logitsOf(method, asTemplate))
  })

  it('tells an image apart from the classes of both domains at once', () => {
    const values = { ...asTemplate, 'prompt_learner.domainctx.source': second }
    const { terms } = method.loss(adaptationBatch)
    const term = terms['crossEntropy']
    if (term === undefined) return expect.fail('no such term')
    const { source, classTexts } = adaptationBatch
    const rows = tableOf(zeroShot(towers).predict(source, classTexts), values, classes)
    // Both domains have the same prompts here, so that half of each probability goes to the other one.
    const expected = rows.map((row, i) => -Math.log((softmaxOf(row)[[2, 0, 3][i] ?? 0] ?? 0) / 2))
    return expectClose(
      [numberOf(term, values, sizes)],
      [expected.reduce((sum, x) => sum + x, 0) / batch],
      1e-9,
    )
  })

  it('minimises what the formula says: 2 K classes, and guesses that count 1 or 0, averaged over all images', () => {
    const [ofSource, ofTarget] = [drawn(13, [1, width]), drawn(14, [1, width])]
    const contexts = (sourceContext: TensorValue, targetContext: TensorValue) => ({
      ...begun(method, { 'prompt_learner.ctx': drawn(15, [classes, 1, width]) }),
      'prompt_learner.domainctx.source': sourceContext,
      'prompt_learner.domainctx.target': targetContext,
    })
    const values = contexts(ofSource, ofTarget)
    const swapped = contexts(ofTarget, ofSource)
    const logits = (domain: 'source' | 'target', prompts: typeof values) =>
      tableOf(method.predict(adaptationBatch[domain], adaptationBatch.classTexts), prompts, classes)
    /** -ln of the probability that class y of the image's own domain has among the classes of both. */
    const surprise = (own: readonly number[], other: readonly number[], y: number): number =>
      Math.log([...own, ...other].reduce((sum, x) => sum + Math.exp(x), 0)) - (own[y] ?? Number.NaN)
    const average = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / batch
    const labels = [2, 0, 3]
    const onSource = logits('source', swapped).map((own, i) =>
      surprise(own, logits('source', values)[i] ?? [], labels[i] ?? Number.NaN),
    )
    const guesses = zeroShotLogits.map(softmaxOf)
    const threshold = guesses.map((row) => Math.max(...row)).toSorted((a, b) => a - b)[1] ?? Number.NaN
    const onTarget = logits('target', values).map((own, i) => {
      const guess = guesses[i] ?? []
      const sure = Math.max(...guess) >= threshold - 1e-9
      return sure ? surprise(own, logits('target', swapped)[i] ?? [], guess.indexOf(Math.max(...guess))) : 0
    })
    const { total, terms } = dapl(towers, { ...daplSettings, threshold: threshold - 1e-9 }).loss(
      adaptationBatch,
    )
    const { crossEntropy, pseudoLabels } = terms
    if (crossEntropy === undefined || pseudoLabels === undefined) return expect.fail('a term is missing')
    expect(onTarget.filter((x) => x === 0)).toHaveLength(1)
    return expectClose(
      [crossEntropy, pseudoLabels, total].map((term) => numberOf(term, values, sizes)),
      [average(onSource), average(onTarget), average(onSource) + average(onTarget)],
      1e-9,
    )
  })

  it('as released tells an image apart from the classes of its own domain, and averages over the guesses that are sure', () => {
    const [ofSource, ofTarget] = [drawn(13, [1, width]), drawn(14, [1, width])]
    const values = {
      ...begun(method, { 'prompt_learner.ctx': drawn(15, [classes, 1, width]) }),
      'prompt_learner.domainctx.source': ofSource,
      'prompt_learner.domainctx.target': ofTarget,
    }
    const swapped = {
      ...values,
      'prompt_learner.domainctx.source': ofTarget,
      'prompt_learner.domainctx.target': ofSource,
    }
    const surprises = (domain: 'source' | 'target', prompts: typeof values, labels: readonly number[]) =>
      tableOf(method.predict(adaptationBatch[domain], adaptationBatch.classTexts), prompts, classes).map(
        (row, i) => -Math.log(softmaxOf(row)[labels[i] ?? Number.NaN] ?? Number.NaN),
      )
    const average = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length
    const guesses = zeroShotLogits.map(softmaxOf)
    const confidences = guesses.map((row) => Math.max(...row))
    const threshold = (confidences.toSorted((a, b) => a - b)[1] ?? Number.NaN) - 1e-9
    const named = guesses.map((row) => row.indexOf(Math.max(...row)))
    const sure = surprises('target', values, named).filter((_, i) => (confidences[i] ?? 0) >= threshold)
    expect(sure).toHaveLength(2)
    const lossAt = (at: number) =>
      dapl(towers, {
        ...daplSettings,
        softmaxOver: 'ownDomain',
        averageOver: 'sureImages',
        threshold: at,
      }).loss(adaptationBatch)
    const { crossEntropy, pseudoLabels } = lossAt(threshold).terms
    if (crossEntropy === undefined || pseudoLabels === undefined) return expect.fail('a term is missing')
    expectClose(
      [crossEntropy, pseudoLabels].map((term) => numberOf(term, values, sizes)),
      [average(surprises('source', swapped, [2, 0, 3])), average(sure)],
      1e-9,
    )
    const none = lossAt(1).terms['pseudoLabels']
    return expect(none === undefined ? Number.NaN : numberOf(none, values, sizes)).toBe(0)
  })

  it('shares one context of all classes where classes have none of their own', () => {
    const shared = dapl(towers, { ...daplSettings, classSpecificContext: false })
    const values = begun(shared, {
      'prompt_learner.ctx': first,
      'prompt_learner.domainctx.target': second,
    })
    expectRows(logitsOf(shared, values), zeroShotLogits)
    expect(values['prompt_learner.ctx']?.shape).toEqual([1, width])
  })

  it('has the contexts of its released configuration: of each class with RN101, shared with RN50', () => {
    const { defaults, resolvedFor } = definitionOf('dapl')
    const resolved = (name: PublishedName) =>
      resolvedFor(defaults.settings, openAiTowers(publishedArchitectures[name]))
    expect(resolved('RN101')).toEqual({ ...defaults.settings, classSpecificContext: true })
    for (const name of ['RN50', 'ViT-B/16', 'ViT-L/14'] as const) {
      expect(resolved(name).classSpecificContext, name).toBe(false)
    }
    const asked = { ...defaults.settings, classSpecificContext: false }
    expect(resolvedFor(asked, openAiTowers(publishedArchitectures.RN101))).toEqual(asked)
  })

  it('learns from guesses that are sure enough, and from no others', () => {
    const guesses = zeroShotLogits.map((row) => Math.max(...softmaxOf(row)))
    const lossAt = (threshold: number): number => {
      const { terms } = dapl(towers, { ...daplSettings, threshold }).loss(adaptationBatch)
      const term = terms['pseudoLabels']
      return term === undefined ? Number.NaN : numberOf(term, asTemplate, sizes)
    }
    const ordered = guesses.toSorted((a, b) => a - b)
    const [least = 0, , most = 1] = ordered
    const between = (least + (ordered[1] ?? 0)) / 2
    expect(lossAt(Math.min(1, most + 1e-6))).toBe(0)
    expect(lossAt(between)).toBeGreaterThan(0)
    expect(lossAt(between)).toBeLessThan(lossAt(0))
  })
})

describe('the hidden widths of AD-CLIP', () => {
  const { defaults, resolvedFor } = definitionOf('ad-clip')
  const widthsOn = (name: PublishedName, asked = defaults.settings) => {
    const { styleHidden, mappingHidden } = resolvedFor(asked, openAiTowers(publishedArchitectures[name]))
    return [styleHidden, mappingHidden]
  }

  it('are those that were released for the CLIP', () => {
    expect(widthsOn('RN50')).toEqual([256, 384])
    expect(widthsOn('ViT-B/16')).toEqual([256, 384])
    expect(widthsOn('ViT-L/14')).toEqual([512, 640])
  })

  it('are those that are asked for, each by itself', () => {
    expect(widthsOn('ViT-L/14', { ...defaults.settings, styleHidden: 256 })).toEqual([256, 640])
    expect(widthsOn('ViT-L/14', { ...defaults.settings, mappingHidden: 7 })).toEqual([512, 7])
  })

  it('are the same for a method that is made without resolving its settings', () => {
    const { on } = definitionOf('ad-clip')
    const initial = (asked: typeof defaults.settings) =>
      on(towers, asked, { templateTokens: template.length }).initialParameters({
        key: [1, 2],
        classCount: classes,
        targetCount: 7,
        clipWeights: {},
        promptRows: promptRows(template),
        classPrior: guessRateValues,
        images: guessedImages,
      })
    expect(initial(defaults.settings)).toEqual(
      initial({ ...defaults.settings, ...{ styleHidden: 256, mappingHidden: 384 } }),
    )
  })
})
