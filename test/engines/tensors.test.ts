import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import type { Node } from '../../src/dsl/primitives/primitive.js'
import {
  infinities,
  manyUpdates,
  stretchedValues,
  withoutElements,
} from '../../src/engine-conformance/program-checks.js'
import { counting, disagreements, f32, i32 } from './agreement.js'
import { engines } from './engines.js'

describe.each(engines)('on $name, matrix products', (engine) => {
  it('agree with the oracle for batches, broadcasting, and transposed operands', async () => {
    const matrices: Record<string, Node> = {
      a: b.input('a', [3, 4]),
      batch: b.input('batch', [2, 5, 3, 4]),
      some: b.input('some', [5, 3, 4]),
      w: b.parameter('w', [4, 6]),
      wt: b.parameter('wt', [6, 4]),
      tall: b.parameter('tall', [3, 6]),
      wide: b.parameter('wide', [6, 3]),
      batchW: b.parameter('batchW', [2, 1, 4, 6]),
      batchWt: b.parameter('batchWt', [2, 1, 6, 4]),
    }
    const m = (name: string): Node => matrices[name] ?? b.scalar(0)
    const t = b.transposeLast
    const outputs = {
      plain: b.matmul(m('a'), m('w')),
      right: b.matmul(m('a'), t(m('wt'))),
      left: b.matmul(t(m('a')), m('tall')),
      both: b.matmul(t(m('a')), t(t(m('tall')))),
      batchPlain: b.matmul(m('batch'), m('w')),
      batchRight: b.matmul(m('batch'), t(m('wt'))),
      batchLeft: b.matmul(t(m('batch')), m('tall')),
      batchBoth: b.matmul(t(m('batch')), t(m('wide'))),
      twoBatches: b.matmul(m('some'), m('batchW')),
      twoBatchesRight: b.matmul(m('some'), t(m('batchWt'))),
      stretched: b.matmul(b.broadcastTo(m('a'), [7, 3, 4]), m('w')),
      stretchedRow: b.matmul(b.broadcastTo(b.slice(m('a'), 0, 0, 1), [3, 4]), m('w')),
      gram: b.matmul(m('batch'), t(m('batch'))),
      innerGram: b.matmul(t(m('batch')), m('batch')),
      stopped: b.matmul(m('a'), b.stopGradient(t(b.stopGradient(m('wt'))))),
    }
    const values = Object.fromEntries(
      Object.entries(matrices).map(([name, { shape }]) => {
        const sizes = shape.map(Number)
        return [
          name,
          f32(
            sizes,
            counting(
              sizes.reduce((p, q) => p * q, 1),
              0.1,
            ),
          ),
        ]
      }),
    )
    expect(await disagreements(engine, outputs, values)).toEqual([])
  })
})

describe.each(engines)('on $name, reductions', (engine) => {
  it('count rows of -Infinity as 0 in sums of exponentials, and give NaN wherever an element is NaN', async () => {
    const { outputs, values } = infinities()
    expect(await disagreements(engine, outputs, values)).toEqual([])
  })

  it('find the first of equal elements, also along long axes', async () => {
    const long = b.input('long', [3, 500])
    const ties = f32(
      [3, 500],
      Array.from({ length: 1500 }, (_, i) => (i * 7919) % 13),
    )
    const outputs = { argMax: b.argMax(long, 1), topK: b.topK(long, 1, 100), topColumns: b.topK(long, 0, 2) }
    expect(await disagreements(engine, outputs, { long: ties })).toEqual([])
  })

  it('normalise layers whose mean is large', async () => {
    const [wide, gain, bias] = [b.input('wide', [4, 64]), b.input('gain', [64]), b.input('bias', [64])]
    const given = {
      wide: f32(
        [4, 64],
        counting(256, 0.1).map((value) => value + 300),
      ),
      gain: f32([64], counting(64, 0.1)),
      bias: f32([64], counting(64, 0.2)),
    }
    const outputs = { layerNorm: b.layerNorm(wide, gain, bias, 1e-5) }
    expect(
      await disagreements(engine, outputs, given, { tolerance: { absolute: 2e-4, relative: 1e-4 } }),
    ).toEqual([])
  })
})

describe.each(engines)('on $name, lookups', (engine) => {
  it('add all updates with the same id, also on several threads', async () => {
    const { outputs, values } = manyUpdates()
    expect(await disagreements(engine, outputs, values)).toEqual([])
  })
})

describe.each(engines)('on $name, operands without elements', (engine) => {
  it('give empty results, and the neutral element of reductions', async () => {
    const { outputs, values, sizes = {} } = withoutElements()
    expect(await disagreements(engine, outputs, values, { sizes })).toEqual([])
  })
})

describe.each(engines)('on $name, values that are smaller than their shape', (engine) => {
  it('are broadcast where an operation needs their full shape', async () => {
    const { outputs, values } = stretchedValues()
    expect(await disagreements(engine, outputs, values)).toEqual([])
  })
})

describe.each(engines)('on $name, random numbers', (engine) => {
  it('are those of the oracle, bit for bit', async () => {
    const key = b.input('key', [2], 'i32')
    const outputs = {
      bits: b.randomBits(key, [7, 11]),
      one: b.randomBits(key, []),
      uniform: b.randomUniform(key, [1000]),
    }
    for (const words of [
      [0, 0],
      [1, 2],
      [-(2 ** 31), 2 ** 31 - 1],
      [-1, 123456789],
    ]) {
      const tolerance = { absolute: 0, relative: 0 }
      expect(await disagreements(engine, outputs, { key: i32([2], words) }, { tolerance })).toEqual([])
    }
  })
})

describe.each(engines)('on $name, convolutions', (engine) => {
  it('agree with the oracle for negative padding, dilated inputs, and windows that see only padding', async () => {
    const [x, w] = [b.input('x', [2, 3, 7, 6]), b.input('w', [4, 3, 2, 3])]
    const plain = {
      stride: [1, 1],
      dilation: [1, 1],
      inputDilation: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
    } as const
    const outputs = {
      plain: b.conv2d(x, w, plain),
      padded: b.conv2d(x, w, {
        ...plain,
        padding: [
          [1, 2],
          [3, 0],
        ],
      }),
      cropped: b.conv2d(x, w, {
        ...plain,
        padding: [
          [-2, 1],
          [0, -1],
        ],
      }),
      strided: b.conv2d(x, w, { ...plain, stride: [3, 2], dilation: [2, 1] }),
      spaced: b.conv2d(x, w, {
        ...plain,
        inputDilation: [2, 3],
        padding: [
          [-1, -2],
          [2, -3],
        ],
      }),
      spacedStrided: b.conv2d(x, w, { ...plain, inputDilation: [3, 2], stride: [2, 3], dilation: [1, 2] }),
      unseen: b.conv2d(x, w, {
        ...plain,
        padding: [
          [-8, 5],
          [0, 0],
        ],
      }),
    }
    const values = { x: f32([2, 3, 7, 6], counting(252, 0.1)), w: f32([4, 3, 2, 3], counting(72, 0.1)) }
    expect(await disagreements(engine, outputs, values)).toEqual([])
  })
})
