import { describe, expect, it } from 'vitest'
import { definitionOf, uniMos } from '../../src/methods/index.js'
import { sgd, trainStep } from '../../src/optimizers/index.js'
import type { NamedValues } from '../../src/values/named-values.js'
import { expectRight } from '../expect-either.js'
import { expectClose } from '../support/evaluation.js'
import { initialState, runStep } from '../support/training.js'
import { adaptationBatch, architecture, batch, classes, towers, valuesOf } from './small-task.js'

const hiddenWidth = 5
const { settings } = definitionOf('unimos').defaults
const sizes = { B: batch, K: classes }

/** The values before a step and after each of three, with two steps to an epoch and parts of the weighing drawn with this probability. */
const valuesByStep = (resetProbability: number, learningRate: number): readonly NamedValues[] => {
  const method = uniMos(towers, { ...settings, bottleneckWidth: 4, hiddenWidth, resetProbability })
  const { total, updates = {} } = method.loss(adaptationBatch)
  const step = expectRight(
    trainStep({ loss: total, isTrainable: method.isTrainable, updates }, sgd({ learningRate })),
  )
  const first: NamedValues = { ...valuesOf(method, 1), ...initialState(step, sizes) }
  return [1, 2, 3].reduce<readonly NamedValues[]>(
    (sofar) => [...sofar, runStep(step, sofar.at(-1) ?? first).next],
    [first],
  )
}

/** What a part of the weighing is in all: what was learned of it, and what was put in its place. */
const inAll = (values: NamedValues | undefined, name: string): readonly number[] => {
  const offsets = values?.[`state.weighing.${name}`]?.data ?? []
  return Array.from(values?.[`weighing.${name}`]?.data ?? [], (x, i) => x + (offsets[i] ?? Number.NaN))
}

const parts = ['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']

describe('the network of UniMoS that weighs vision and text', () => {
  it('is drawn anew in the first step of each epoch, and in no other', () => {
    const [, one, two, three] = valuesByStep(1, 0)
    for (const name of parts) expectClose(inAll(two, name), inAll(one, name), 1e-12)
    expect(inAll(three, 'fc1.weight')).not.toEqual(inAll(two, 'fc1.weight'))
    const bound = Math.sqrt(6 / (architecture.embedDim + hiddenWidth))
    const weights = inAll(three, 'fc1.weight')
    expect(Math.max(...weights.map(Math.abs))).toBeLessThanOrEqual(bound + 1e-12)
    expect(Math.max(...weights.map(Math.abs))).toBeGreaterThan(bound / 2)
    for (const name of ['fc1.bias', 'fc2.bias']) {
      expectClose(
        inAll(three, name),
        inAll(three, name).map(() => 0),
        1e-12,
      )
    }
  })

  it('is learned from where it was drawn', () => {
    const [, still] = valuesByStep(1, 0)
    const [, moved] = valuesByStep(1, 1e-3)
    const [before, after] = [inAll(still, 'fc2.bias'), inAll(moved, 'fc2.bias')]
    expect(before).toEqual([0])
    expect(after).not.toEqual(before)
    expectClose(after, before, 1e-2)
  })

  it('stays what was learned where nothing is drawn', () => {
    const [first, , , three] = valuesByStep(0, 0)
    for (const name of parts) expect(inAll(three, name)).toEqual(inAll(first, name))
  })
})

describe('the discriminator of UniMoS', () => {
  it('drops other features in each step', () => {
    const keys = valuesByStep(0, 0).map((values) => [...(values['state.key']?.data ?? [])])
    expect(new Set(keys.map(String)).size).toBe(4)
  })
})
