/** Expected numbers are those of PyTorch 2.15 in float64, for the same waves. */
import { describe, expect, it } from 'vitest'
import { dim, evaluate, full, groupNorm, input, instanceNorm, mean, square } from '../../src/dsl/index.js'
import type { NamedValues } from '../../src/dsl/index.js'
import {
  batchNormLayer,
  groupNormLayer,
  instanceNormLayer,
  rmsNormLayer,
  statefulBatchNormLayer,
} from '../../src/model/index.js'
import { sgd, trainStep } from '../../src/optimizers/index.js'
import { expectRight } from '../expect-either.js'
import { expectClose, f32, numbersOf } from '../support/evaluation.js'
import { wave } from '../support/waves.js'

const x = input('x', ['B', 4, 'L'])
const values = {
  x: wave([2, 4, 3]),
  'n.weight': wave([4], { start: 1, plus: 1 }),
  'n.bias': wave([4], { start: 2 }),
}
const running = {
  'n.running_mean': wave([4], { start: 3 }),
  'n.running_var': wave([4], { start: 4, plus: 2 }),
}

describe('normalisation layers, on data of PyTorch,', () => {
  it('an RMS norm gives the numbers of rms_norm', () =>
    expectClose(
      numbersOf(rmsNormLayer('n', dim(3))(input('x', ['B', 3])), {
        x: wave([2, 3]),
        'n.weight': wave([3], { start: 1, plus: 1 }),
      }),
      [0, 1.8875706542, 2.4289785829, 2.7805721314, 1.1670751877, -1.0280798553],
      1e-9,
    ))

  it('a group norm gives the numbers of group_norm', () =>
    expectClose(
      numbersOf(groupNormLayer('n', dim(4), { groups: 2 })(x), values),
      [
        -0.697057595, 1.8095427672, 3.1372498122, 2.3226275156, 0.0997288526, -2.7861837753, -1.8855042572,
        -2.1316048927, -1.3521175678, -0.6057329479, 0.277605356, 0.7345842692, 4.0684056509, 2.5751514493,
        0.663404621, -1.3864078799, -1.6864412573, -0.5975581505, -1.5732388811, 0.6526286453, 1.7762874948,
        0.129643949, -1.0510550222, -2.541951463,
      ],
      1e-9,
    ))

  it('an instance norm gives the numbers of instance_norm', () =>
    expectClose(
      numbersOf(instanceNormLayer('n', dim(4))(x), values),
      [
        -1.538829592, 1.3644500149, 2.9022718576, 2.754568345, 0.6378298926, -2.1102585969, -0.7485760962,
        -2.0156361267, 1.9975889168, -2.2059601885, -0.552205453, 0.3033343083, 3.0667640005, 1.0936250722,
        -1.4324967922, -0.2791387595, -1.5801130792, 3.1413914793, -2.4925516047, 0.1866971379, 1.5392311607,
        0.4052506373, -0.7197552501, -2.1403267204,
      ],
      1e-9,
    ))
})

const ofBatch = [
  -0.6599406002, 1.8291321156, 3.1475550404, 3.8265912228, 2.2443549673, 0.1901922357, -1.889902485,
  -2.1348972597, -1.3589125853, -1.6613832388, -0.2702452081, 0.4494346049, 2.6419849247, 0.5729641199,
  -2.0759110394, -1.3941147903, -1.6921035372, -0.6106408168, 0.1102355097, 1.5154308764, 2.2247993318,
  0.1399433844, -1.0392245329, -2.5281876759,
]
/** After two batches; the first running moments are those of `running`. */
const ofRunningMoments = [
  0.5753593563, 1.7234315164, 2.3315474005, 3.2708241653, 2.1598831274, 0.7175867136, -0.3940516637,
  -0.5688054203, -0.0152987706, -0.2345853371, 0.3037563898, 0.5822576347, 2.09835575, 1.1440304025,
  -0.0777498238, -0.3948082816, -0.6040361555, 0.1552950208, 1.0326384722, 2.034958499, 2.5409480761,
  0.4624909153, 0.0061772506, -0.5700207772,
]

describe('a batch norm with running moments', () => {
  const trained = statefulBatchNormLayer('n', dim(4), { training: true })(x)
  const evaluated = statefulBatchNormLayer('n', dim(4), { training: false })(x)

  it('is by the moments of the batch in training, as that of PyTorch', () =>
    expectClose(numbersOf(trained.output, values), ofBatch, 1e-9))

  it('is by the running moments in evaluation, and changes none', () => {
    expect(evaluated.output).toEqual(batchNormLayer('n', dim(4))(x))
    expect(evaluated.updates).toEqual({})
  })

  it('moves its running moments in steps of training as PyTorch does, and is evaluated with them', () => {
    const objective = { loss: mean(square(trained.output)), updates: trained.updates }
    const step = expectRight(trainStep(objective, sgd({ learningRate: 0 })))
    const carriedAfter = (before: NamedValues, batch: NamedValues): NamedValues => {
      const outputs = expectRight(evaluate(step.program, { ...before, ...batch }))
      return Object.fromEntries(
        step.carried.flatMap(({ parameter, output }) => {
          const value = outputs[output]
          return value === undefined ? [] : [[parameter, value] as const]
        }),
      )
    }
    const optimizer = expectRight(evaluate(step.initialState, {}))
    const first = carriedAfter({ ...values, ...running, ...optimizer }, { x: values.x })
    expectClose(
      [...(first['n.running_mean']?.data ?? [])],
      [0.1676227666, -0.5040124654, -0.8696334475, -0.792753839],
      1e-9,
    )
    expectClose(
      [...(first['n.running_var']?.data ?? [])],
      [1.1461350023, 0.9531199908, 1.1735059903, 1.6636215398],
      1e-9,
    )
    const second = carriedAfter({ ...values, ...first }, { x: wave([2, 4, 3], { start: 0.3 }) })
    expectClose(
      [...(second['n.running_mean']?.data ?? [])],
      [0.1873826567, -0.4887684144, -0.783694323, -0.6772871123],
      1e-9,
    )
    expectClose(
      [...(second['n.running_var']?.data ?? [])],
      [1.067708279, 0.896762254, 1.1300419722, 1.5341265869],
      1e-9,
    )
    expectClose(numbersOf(evaluated.output, { ...values, ...second }), ofRunningMoments, 1e-9)
  })

  it('trains its gain and bias, and not its running moments', () => {
    const step = expectRight(
      trainStep({ loss: mean(square(trained.output)), updates: trained.updates }, sgd({ learningRate: 1 })),
    )
    const optimizer = expectRight(evaluate(step.initialState, {}))
    const outputs = expectRight(evaluate(step.program, { ...values, ...running, ...optimizer }))
    expect(step.carried.map(({ output }) => output).toSorted()).toEqual([
      'next/n.bias',
      'next/n.running_mean',
      'next/n.running_var',
      'next/n.weight',
      'next/optimizer/step',
    ])
    expect([...(outputs['next/n.weight']?.data ?? [])]).not.toEqual([...values['n.weight'].data])
  })

  it('takes a batch of one number for each channel, whose variance is 0', () => {
    const { updates } = statefulBatchNormLayer('n', dim(4), { training: true })(input('x', ['B', 4]))
    const variance = updates['n.running_var']
    if (variance === undefined) return expect.fail('no next running variance')
    const before = { 'n.running_var': f32([4], [1, 2, 3, 4]) }
    expectClose(numbersOf(variance, { ...before, x: wave([1, 4]) }), [0.9, 1.8, 2.7, 3.6], 1e-12)
    return undefined
  })
})

describe('normalisation of groups', () => {
  it('refuses groups that do not divide the channels, and no groups at all', () => {
    const [ones, zeros] = [full([6], 1), full([6], 0)]
    const images = input('x', ['B', 6, 8, 8])
    // @ts-expect-error 6 channels in 4 groups
    const four = groupNorm(images, ones, zeros, { groups: 4 })
    // @ts-expect-error no groups
    const none = groupNorm(images, ones, zeros, { groups: 0 })
    expect(four.node.fault?.message).toBe('groupNorm: 6 is not divisible by 4')
    expect(none.node.fault?.message).toBe('groupNorm: there is 1 group or more')
  })

  it('of an instance needs an axis after the channels', () => {
    // @ts-expect-error two axes
    const rows = instanceNorm(input('x', ['B', 6]), full([6], 1), full([6], 0))
    expect(rows.node.fault?.message).toBe('instanceNorm: x is [batch,channels,...], got [B,6]')
  })
})
