import { describe, expect, it } from 'vitest'
import type { AnyTensor, Node, Tensor } from '../../../src/dsl/index.js'
import {
  conv2d,
  gather,
  gradient,
  gradients,
  input,
  linear,
  matmul,
  mul,
  parameter,
  program,
  randomNormal,
  square,
  sub,
  sum,
  vmap,
} from '../../../src/dsl/index.js'
import * as b from '../../../src/dsl/builder.js'
import { typed } from '../../../src/dsl/erasure.js'
import { topologicalOrder } from '../../../src/dsl/walk.js'
import { expectLeft } from '../../expect-either.js'
import { drawn, expectClose, f32, i32, numbersOf } from '../../support/evaluation.js'

const xs = input('xs', ['B', 3])
const ys = input('ys', ['B'])
const w = parameter('w', [3])
const values = { xs: f32([2, 3], [1, 2, 3, 4, 5, 6]), ys: f32([2], [10, 20]), w: f32([3], [1, 0, -1]) }

/** How often each primitive occurs. */
const countOf = (tensor: { readonly node: Node }, op: Node['op']): number =>
  topologicalOrder([tensor.node]).filter((node) => node.op === op).length

describe('vmap', () => {
  it('applies a function of one example to all of a batch', () => {
    const products = vmap((x, y) => mul(sum(mul(x, w)), y), xs, ys)
    expect(products.node.shape).toEqual(['B'])
    expectClose(numbersOf(products, values), [-20, -40])
  })

  it('gives lists and records of results, each with the examples in front', () => {
    const { squares, both } = vmap((x, y) => ({ squares: square(x), both: [y, w] }), xs, ys)
    expectClose(numbersOf(squares, values), [1, 4, 9, 16, 25, 36])
    expectClose(numbersOf(both[0], values), [10, 20])
    expectClose(numbersOf(both[1], { ...values, ys: f32([2], [0, 0]) }, { B: 2 }), [1, 0, -1, 1, 0, -1])
  })

  it('can be nested, over the same batch as well', () => {
    const gram = vmap((x) => vmap((y) => sum(mul(x, y)), xs), xs)
    expect(gram.node.shape).toEqual(['B', 'B'])
    expectClose(numbersOf(gram, values), [14, 32, 32, 77])
  })

  it('gives the gradient of each example, and the gradient of all is their sum', () => {
    const loss = (x: Tensor<[3]>, y: Tensor<[]>): Tensor<[]> => square(sub(sum(mul(x, w)), y))
    const each = vmap((x, y) => gradients(loss(x, y), { w }), xs, ys)
    expect(each.w.node.shape).toEqual(['B', 3])
    // 2 (x·w - y) x, with x·w = -2
    expectClose(numbersOf(each.w, values), [-24, -48, -72, -176, -220, -264])
    expectClose(numbersOf(gradient(sum(vmap(loss, xs, ys)), w), values), [-200, -268, -336])
  })

  it('keeps a layer one product of matrices', () => {
    const weight = parameter('weight', [5, 3])
    const layer = vmap((x) => linear(x, weight), xs)
    expect(countOf(layer, 'matmul')).toBe(1)
    expect(layer.node.shape).toEqual(['B', 5])
  })

  it('computes once what no example influences', () => {
    const table = matmul(parameter('p', [4, 4]), parameter('q', [4, 4]))
    const rows = vmap((i) => gather(table, i, 0), input('ids', ['B'], 'i32'))
    expect(countOf(rows, 'matmul')).toBe(1)
    expect(topologicalOrder([rows.node])).toContain(table.node)
  })

  it('convolves the images of all examples at once, and kernels of all examples at once', () => {
    const images = input('images', ['B', 2, 3, 8, 8])
    const kernels = input('kernels', ['B', 4, 3, 3, 3])
    const shared = { image: parameter('image', [2, 3, 8, 8]), kernel: parameter('kernel', [4, 3, 3, 3]) }
    const ofImages = vmap((image) => conv2d(image, shared.kernel), images)
    const ofKernels = vmap((kernel) => conv2d(shared.image, kernel), kernels)
    expect([countOf(ofImages, 'conv2d'), countOf(ofKernels, 'conv2d')]).toEqual([1, 1])
    expect([ofImages.node.shape, ofKernels.node.shape]).toEqual([
      ['B', 2, 4, 6, 6],
      ['B', 2, 4, 6, 6],
    ])
  })

  it('draws for each example what it would draw alone', () => {
    const keys = input('keys', [2, 2], 'i32')
    const all = vmap((key) => randomNormal(key, [4]), keys)
    const alone = (key: readonly number[]): readonly number[] =>
      numbersOf(randomNormal(input('key', [2], 'i32'), [4]), { key: i32([2], key) })
    expect(numbersOf(all, { keys: i32([2, 2], [1, 2, 3, 4]) })).toEqual([...alone([1, 2]), ...alone([3, 4])])
  })

  it.each<readonly [string, AnyTensor, string]>([
    [
      'keys of a symbolic number of examples',
      vmap((key) => randomNormal(key, [4]), input('keys', ['B', 2], 'i32')),
      "vmap: randomNormal with a key for each example needs a literal number of examples, got 'B'; draw for all examples from one key, outside",
    ],
    [
      'another number of examples that only the run-time rules see',
      vmap((x, y) => mul(x, y), xs, typed<['B', 3], 'f32'>(b.input('zs', [8, 3]))),
      'vmap: the arguments hold B and 8 examples',
    ],
    [
      'an argument without axes that only the run-time rules see',
      vmap((x) => x, typed<['B'], 'f32'>(b.input('zs', []))),
      'vmap: an argument [] has no axis of examples',
    ],
    [
      'a fault of the function, with the shapes of one example',
      vmap((x) => typed<[3], 'f32'>(b.matmul(x.node, w.node)), xs),
      'matmul: left operand [3] needs rank >= 2',
    ],
  ])('makes a fault of %s', (_, { node }, message) => expect(node.fault?.message).toBe(message))

  it('leaves no example behind: one that escapes from its function is an undeclared input', () => {
    const escaped: Tensor<[3]>[] = []
    vmap((x) => {
      escaped.push(x)
      return x
    }, xs)
    const [x = w] = escaped
    expect(expectLeft(program({}, { x }))).toMatchObject({
      message: "input 'example.0' f32 [3] is used but not declared",
    })
  })

  it('is the same program when it is written twice', () => {
    const twice = [1, 2].map(() => vmap((x) => square(sum(mul(x, w))), xs).node)
    expect(twice[0]).toBe(twice[1])
  })

  it('batches normal numbers over a key that all examples share', () => {
    const key = input('key', [2], 'i32')
    const noisy = vmap((x) => mul(x, randomNormal(key, [3])), xs)
    const alone = numbersOf(randomNormal(key, [3]), { key: i32([2], [1, 2]) })
    expectClose(
      numbersOf(noisy, { xs: drawn(1, [2, 3]), key: i32([2], [1, 2]) }),
      [...drawn(1, [2, 3]).data].map((x, i) => x * (alone[i % 3] ?? 0)),
    )
  })
})
