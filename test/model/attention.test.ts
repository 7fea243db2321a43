/** Expected numbers are those of PyTorch 2.15 in float64, for the same waves. */
import { describe, expect, it } from 'vitest'
import { dim, input, mean, square } from '../../src/dsl/index.js'
import {
  multiHeadAttention,
  multiHeadCrossAttention,
  scaledDotProductAttention,
} from '../../src/model/index.js'
import { expectClose, expectGradients, f32, numbersOf } from '../support/evaluation.js'
import { wave } from '../support/waves.js'

const size = { heads: dim(2), headWidth: dim(2) }
const weights = {
  'a.in_proj_weight': wave([12, 4], { step: 0.37 }),
  'a.in_proj_bias': wave([12], { step: 0.5 }),
  'a.out_proj.weight': wave([4, 4], { step: 0.9 }),
  'a.out_proj.bias': wave([4], { step: 1.1 }),
}
const x = input('x', ['B', 'L', 4])
const values = { ...weights, x: wave([2, 3, 4]) }
const seen = (shape: readonly number[], data: readonly number[]) => ({
  dtype: 'bool' as const,
  shape,
  data: Uint8Array.from(data),
})

describe('multi-head attention, on data of PyTorch,', () => {
  const attend = multiHeadAttention('a', size)

  it('gives the numbers of MultiheadAttention', () =>
    expectClose(
      numbersOf(attend(x), values),
      [
        -1.0111921133, 0.5416108027, 2.4466958273, -2.7462873781, -2.4432619033, 4.7760094754, -3.7156996783,
        4.0716740181, -0.6113165863, 0.8974910132, 1.4085431525, -1.2402232914, -0.503660816, 1.9365406608,
        -0.5626656508, 1.2561232304, -2.437334726, 3.3238166569, -1.1170945915, 0.8632248719, -0.192731182,
        1.2876831308, 0.2901416174, 0.37545657,
      ],
      1e-9,
    ))

  it('gives those of a causal mask', () =>
    expectClose(
      numbersOf(attend(x, { causal: true }), values),
      [
        -0.8123130536, 0.2374823609, 2.7932762475, -3.0637567537, -2.4915158735, 4.8487081887, -3.7978320741,
        4.1462811392, -0.6113165863, 0.8974910132, 1.4085431525, -1.2402232914, -1.1190845928, 2.9593285996,
        -1.7816292585, 2.4195670404, -2.6385411904, 3.4911361895, -1.215978525, 0.8732553387, -0.192731182,
        1.2876831308, 0.2901416174, 0.37545657,
      ],
      1e-9,
    ))

  it('gives those of padding in the second sequence', () =>
    expectClose(
      numbersOf(attend(x, { keyMask: input('seen', ['B', 'L'], 'bool') }), {
        ...values,
        seen: seen([2, 3], [1, 1, 1, 1, 0, 1]),
      }),
      [
        -1.0111921133, 0.5416108027, 2.4466958273, -2.7462873781, -2.4432619033, 4.7760094754, -3.7156996783,
        4.0716740181, -0.6113165863, 0.8974910132, 1.4085431525, -1.2402232914, -0.2944396963, 1.7904086678,
        -0.5097965813, 1.3074336573, -0.6957097533, 2.3907928383, -1.1853256401, 1.9186222247, -0.0773302872,
        1.1839300774, 0.3608235702, 0.3524403511,
      ],
      1e-9,
    ))

  it('gives those of an additive mask, for all heads or for each', () => {
    const expected = [
      -1.2323008794, 0.8292762016, 2.1518718583, -2.5051810259, -2.423754206, 4.7543215495, -3.6963097155,
      4.0585857194, -1.1196074503, 1.255960951, 1.2739121489, -1.3572302581, -0.4040823033, 1.6513638229,
      -0.1507747043, 0.8025667226, -2.1402835343, 3.2398132632, -1.2634842825, 1.2097806406, -0.1520576818,
      1.1287683923, 0.5344843755, 0.0961384588,
    ]
    const { data } = wave([3, 3], { step: 0.8 })
    const four = [...data, ...data, ...data, ...data]
    const ofHeads = attend(x, { mask: input('mask', [2, 'L', 'L']) })
    const ofExamples = attend(x, { mask: input('mask', ['B', 1, 'L', 'L']) })
    const ofBoth = attend(x, { mask: input('mask', ['B', 2, 'L', 'L']) })
    const given = (shape: readonly number[], count: number) => ({
      ...values,
      mask: f32(shape, four.slice(0, count)),
    })
    expectClose(numbersOf(attend(x, { mask: input('mask', ['L', 'L']) }), given([3, 3], 9)), expected, 1e-9)
    expectClose(numbersOf(ofHeads, given([2, 3, 3], 18)), expected, 1e-9)
    expectClose(numbersOf(ofExamples, given([2, 1, 3, 3], 18)), expected, 1e-9)
    expectClose(numbersOf(ofBoth, given([2, 2, 3, 3], 36)), expected, 1e-9)
  })

  it('to another sequence gives those of MultiheadAttention, with and without padding', () => {
    const memory = input('memory', ['B', 'K', 4])
    const cross = multiHeadCrossAttention('a', size)
    const given = { ...values, memory: wave([2, 2, 4], { step: 0.45, start: 1 }) }
    expectClose(
      numbersOf(cross(x, memory), given),
      [
        0.3723523622, -0.7830819274, 3.4390100615, -3.2013269303, -2.0515951542, 4.020639313, -2.7525973263,
        3.0997039006, 0.9175900059, -0.1986174545, 1.8455255474, -0.9278501046, -0.7776884064, 1.9036200109,
        -0.2295943206, 0.6916748431, -3.9174205395, 5.6400186957, -3.7911561224, 3.3429972003, -0.8123472464,
        0.3485960132, 2.5940262344, -2.8175121537,
      ],
      1e-9,
    )
    const padded = cross(x, memory, { keyMask: input('seen', ['B', 'K'], 'bool') })
    const first = [0.3491056361, -0.8041617153, 3.5000637419, -3.2897479459]
    expectClose(
      numbersOf(padded, { ...given, seen: seen([2, 2], [1, 0, 1, 1]) }).slice(0, 12),
      [...first, ...first, ...first],
      1e-9,
    )
  })

  it('without weights gives those of scaled_dot_product_attention', () => {
    const mixed = scaledDotProductAttention(
      input('q', [1, 2, 2, 4]),
      input('k', [1, 2, 3, 4]),
      input('v', [1, 2, 3, 2]),
    )
    expectClose(
      numbersOf(mixed, {
        q: wave([1, 2, 2, 4]),
        k: wave([1, 2, 3, 4], { step: 0.33 }),
        v: wave([1, 2, 3, 2], { step: 0.21 }),
      }),
      [
        0.3050506179, 0.4883791368, 0.5274703523, 0.6791121811, 0.918338163, 0.8449913088, 0.9385558227,
        0.911863943,
      ],
      1e-9,
    )
  })
})

describe('a query that no key is left for', () => {
  const padded = multiHeadAttention('a', size)(x, {
    causal: true,
    keyMask: input('seen', ['B', 'L'], 'bool'),
  })
  const given = { ...values, seen: seen([2, 3], [0, 1, 1, 1, 1, 0]) }

  it('gets the bias of the output projection', () =>
    expectClose(numbersOf(padded, given).slice(0, 4), [...weights['a.out_proj.bias'].data], 1e-12))

  it('leaves gradients as they should be', () =>
    expectGradients(mean(square(padded), [0, 1, 2]), ['x', 'a.in_proj_weight', 'a.out_proj.bias'], given))
})

describe('masks of other sizes', () => {
  it('are faults that name the mask', () => {
    const attend = multiHeadAttention('a', size)
    // @ts-expect-error seven keys for five tokens
    const keys = attend(input('x', ['B', 5, 4]), { keyMask: input('seen', ['B', 7], 'bool') })
    expect(keys.node.fault?.message).toBe('attention: keyMask: expected [B,5] bool, got [B,7] bool')
    // @ts-expect-error three heads for two
    const heads = attend(input('x', ['B', 5, 4]), { mask: input('mask', [3, 5, 5]) })
    expect(heads.node.fault?.message).toBe('attention: mask: expected [2,5,5] f32, got [3,5,5] f32')
    // @ts-expect-error one row for five queries
    const row = attend(input('x', ['B', 5, 4]), { mask: input('mask', [1, 5]) })
    expect(row.node.fault?.message).toBe('attention: mask: expected [5,5] f32, got [1,5] f32')
  })
})
