/** Expected numbers are those of PyTorch 2.15 in float64: rotations as products of complex numbers, and as sums of halves. */
import { describe, expect, it } from 'vitest'
import { add, dim, einsum, input, mean, square } from '../../src/dsl/index.js'
import { multiHeadAttention, rotaryPositions, sinusoidalPositions } from '../../src/model/index.js'
import { drawn, expectClose, expectGradients, f32, i32, numbersOf } from '../support/evaluation.js'
import { wave } from '../support/waves.js'
import { drawnWeights } from './small-clip.js'

const x = input('x', ['B', 'L', 4])
const values = { x: wave([2, 3, 4]) }

describe('sinusoidal positions', () => {
  it('are the table of Vaswani et al., whether sizes are known or symbols', () => {
    const expected = [
      0, 1, 0, 1, 0, 1, 0.8414709848, 0.5403023059, 0.0463992235, 0.998922976, 0.002154433, 0.9999976792,
      0.9092974268, -0.4161468365, 0.0926985008, 0.9956942241, 0.004308856, 0.9999907168,
    ]
    expectClose(numbersOf(sinusoidalPositions(3, 6)), expected, 1e-9)
    const symbols = add(sinusoidalPositions('L', 'W'), input('x', ['L', 'W']))
    expectClose(
      numbersOf(symbols, {
        x: f32(
          [3, 6],
          Array.from({ length: 18 }, () => 0),
        ),
      }),
      expected,
      1e-9,
    )
  })

  it('end with a sine where the width is odd', () =>
    expectClose(
      numbersOf(sinusoidalPositions(2, 3)),
      [0, 1, 0, Math.sin(1), Math.cos(1), Math.sin(10_000 ** (-2 / 3))],
      1e-12,
    ))
})

describe('rotary positions', () => {
  it('rotate columns 2i and 2i + 1 as products of complex numbers do', () =>
    expectClose(
      numbersOf(rotaryPositions(x), values),
      [
        0, 0.6442176872, 0.98544973, 0.8632093666, 0.476168778, 0.0923538218, -0.8617078316, -0.9911191029,
        0.2474107779, -0.581006181, 0.6370931586, 1.0011094628, 0.8545989081, 0.3190983623, -0.3664791293,
        -0.87969576, -0.0089075403, -1.1579305551, 0.0269257801, 0.6698725089, -1.1812735346, 0.5488018512,
        0.310698654, -0.3759330425,
      ],
      1e-9,
    ))

  it('rotate columns i and i + width / 2 where they are the pairs', () =>
    expectClose(
      numbersOf(rotaryPositions(x, { pairs: 'halves' }), values),
      [
        0, 0.6442176872, 0.98544973, 0.8632093666, 0.9144005935, -0.3409413263, -0.189031591, -0.9859112642,
        -0.3346966093, -0.0029515093, -0.8474120242, 0.9883068624, 0.8545989081, 0.3190983623, -0.3664791293,
        -0.87969576, -0.5573448036, -0.6248017917, -0.8057830381, 0.6633550159, -0.6878628591, 0.8532186063,
        0.7746149743, -0.3650811965,
      ],
      1e-9,
    ))

  it('of rows from the middle of a sequence are those of the sequence', () => {
    const positions = input('positions', ['L'], 'i32')
    const middle = numbersOf(rotaryPositions(input('x', ['L', 4]), { positions }), {
      x: wave([2, 4], { start: 2.8 }),
      positions: i32([2], [1, 2]),
    })
    expectClose(middle, numbersOf(rotaryPositions(x), values).slice(4, 12), 1e-12)
  })

  it('make scores that depend on distances alone', () => {
    const [queries, keys] = [input('q', ['L', 4]), input('k', ['L', 4])]
    const scoresAt = (start: number): readonly number[] => {
      const positions = input('positions', ['L'], 'i32')
      const scores = einsum(
        'q e, k e -> q k',
        rotaryPositions(queries, { positions }),
        rotaryPositions(keys, { positions }),
      )
      const at = i32(
        [3],
        [0, 1, 2].map((i) => i + start),
      )
      return numbersOf(scores, { q: drawn(1, [3, 4]), k: drawn(2, [3, 4]), positions: at })
    }
    expectClose(scoresAt(1000), scoresAt(0), 1e-9)
  })

  it('have gradients that agree with differences', () =>
    expectGradients(mean(square(add(rotaryPositions(x), x)), 'all'), ['x'], values))

  it('of an odd width are a fault, and so are positions of another length', () => {
    expect(rotaryPositions(input('x', ['L', 5])).node.fault?.message).toBe(
      'rotaryPositions: 5 is not divisible by 2',
    )
    // @ts-expect-error positions of another length
    const other = rotaryPositions(input('x', [3, 4]), { positions: input('p', [5], 'i32') })
    expect(other.node.fault?.message).toBe('rotaryPositions: positions: expected [3] i32, got [5] i32')
  })

  it('let attention see the order of its tokens', () => {
    const size = { heads: dim(2), headWidth: dim(2) }
    const sees = multiHeadAttention('a', size, { rotary: {} })(x)
    const doesNot = multiHeadAttention('a', size)(x)
    const weights = drawnWeights({ sees })
    const [one, two, three] = [wave([4]), wave([4], { start: 1 }), wave([4], { start: 2 })]
    const of = (...rows: readonly (typeof one)[]) => ({
      ...weights,
      x: f32(
        [1, 3, 4],
        rows.flatMap(({ data }) => [...data]),
      ),
    })
    const last = (y: typeof sees, ...rows: readonly (typeof one)[]) => numbersOf(y, of(...rows)).slice(8)
    expectClose(last(doesNot, one, two, three), last(doesNot, two, one, three))
    expect(last(sees, one, two, three)).not.toEqual(last(sees, two, one, three))
    expect(
      Math.max(
        ...last(sees, one, two, three).map((y, i) =>
          Math.abs(y - (last(sees, two, one, three)[i] ?? Number.NaN)),
        ),
      ),
    ).toBeGreaterThan(1e-3)
  })
})
