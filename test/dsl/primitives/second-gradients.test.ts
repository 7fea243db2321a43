/** Second gradients where the rule of a first one has a case of its own: at 0, at equal elements, at -∞. */
import { describe, expect, it } from 'vitest'
import * as b from '../../../src/dsl/builder.js'
import { tensor } from '../../../src/dsl/index.js'
import { programOfNodes } from '../../../src/dsl/program.js'
import { evaluate } from '../../../src/dsl/evaluate/evaluate.js'
import type { Node, Op } from '../../../src/dsl/primitives/primitive.js'
import { gradientNodes } from '../../../src/dsl/transformations/reverse-mode.js'
import { expectRight } from '../../expect-either.js'

const inf = Infinity

/** Operands at which the rule of a primitive is special, and the gradient by each of the sum of all first gradients. */
interface Point {
  readonly at: readonly (readonly number[])[]
  readonly second: readonly (readonly number[])[]
}

interface Special {
  readonly of: (...operands: readonly Node[]) => Node
  readonly points: readonly Point[]
  /** Whether each element of the result depends on one of each operand: its second derivative then counts by its weight. */
  readonly elementwise: boolean
}

/** A primitive of one operand, at some numbers, with its second derivatives there. */
const pointwise = (
  of: (x: Node) => Node,
  ...values: readonly (readonly [x: number, second: number])[]
): Special => ({
  of: (x = b.scalar(0)) => of(x),
  elementwise: true,
  points: [{ at: [values.map(([x]) => x)], second: [values.map(([, second]) => second)] }],
})

const binary = (of: (x: Node, y: Node) => Node, ...points: readonly Point[]): Special => ({
  of: (x = b.scalar(0), y = x) => of(x, y),
  elementwise: true,
  points,
})

const alone = (of: (x: Node) => Node, ...points: readonly Point[]): Special => ({
  of: (x = b.scalar(0)) => of(x),
  elementwise: false,
  points,
})

/** Every element of the result counts by another weight, so that what a rule sums to 0 does not hide it. */
const weighted = (y: Node): Node => {
  const count = Number(y.shape.reduce((product, size) => Number(product) * Number(size), 1))
  const weights = b.literal(
    Array.from({ length: count }, (_, i) => i + 1),
    y.shape.map(Number),
    'f32',
  )
  return b.sum(b.mul(y, weights), [...y.shape.keys()])
}

const noSpecialCase = 'its rule has no case of its own'
const noGradient = 'no gradient flows through it'
const linear = 'it is linear: its second gradient is 0'
const tested = 'its rule is made of other primitives by another test'

/** For every primitive: where its rule is special, or why it is nowhere. */
const primitives: { readonly [K in Op]: Special | string } = {
  input: noGradient,
  parameter: noGradient,
  constant: noGradient,
  literal: noGradient,
  iota: noGradient,
  dimSize: noGradient,
  sign: noGradient,
  floor: noGradient,
  round: noGradient,
  not: noGradient,
  equal: noGradient,
  less: noGradient,
  lessEqual: noGradient,
  and: noGradient,
  or: noGradient,
  argMax: noGradient,
  topK: noGradient,
  argSort: noGradient,
  stopGradient: noGradient,
  randomBits: noGradient,
  randomUniform: noGradient,
  randomNormal: noGradient,

  neg: linear,
  add: linear,
  sub: linear,
  transpose: linear,
  reshape: linear,
  broadcastTo: linear,
  concat: linear,
  pad: linear,
  slice: linear,
  gather: linear,
  scatterAdd: linear,
  takeAlongAxis: linear,
  scatterAlongAxis: linear,
  cumsum: linear,
  sum: linear,
  mean: linear,
  cast: linear,

  expm1: noSpecialCase,
  log: noSpecialCase,
  log1p: noSpecialCase,
  sqrt: noSpecialCase,
  rsqrt: noSpecialCase,
  sin: noSpecialCase,
  cos: noSpecialCase,
  mul: noSpecialCase,
  div: noSpecialCase,
  matmul: noSpecialCase,
  conv2d: noSpecialCase,
  linearRecurrence: noSpecialCase,
  scan: tested,
  withGradient: tested,

  abs: pointwise(b.abs, [0, 0], [-inf, 0], [2, 0]),
  exp: pointwise(b.exp, [-inf, 0], [0, 1]),
  tanh: pointwise(b.tanh, [-inf, 0], [inf, 0], [0, 0]),
  erf: pointwise(b.erf, [-inf, 0], [inf, 0], [0, 0], [1, -4 / Math.sqrt(Math.PI) / Math.E]),
  sigmoid: pointwise(b.sigmoid, [-inf, 0], [inf, 0], [0, 0]),
  relu: pointwise(b.relu, [0, 0], [-inf, 0], [1, 0]),
  // φ(x) (2 - x²)
  gelu: pointwise(b.gelu, [-inf, 0], [inf, 0], [0, 2 / Math.sqrt(2 * Math.PI)], [41, 0]),
  softplus: pointwise(b.softplus, [-inf, 0], [inf, 0], [0, 1 / 4]),

  mod: binary(b.mod, {
    at: [
      [4, 0],
      [2, 2],
    ],
    second: [
      [0, 0],
      [0, 0],
    ],
  }),
  pow: binary(
    b.pow,
    // x² and x³ at 0, x¹ and x⁰ at 0; x⁰ at 1 and 2, whose derivative by the exponent is not 0; x² at -1.
    {
      at: [
        [0, 0],
        [2, 3],
      ],
      second: [
        [2, 0],
        [0, 0],
      ],
    },
    { at: [[0], [0]], second: [[0], [0]] },
    {
      at: [
        [1, 2],
        [0, 0],
      ],
      second: [
        [1, 1 / 2],
        [1, 1 / 2 + Math.log(2) ** 2],
      ],
    },
    { at: [[-1], [2]], second: [[2], [-1]] },
  ),
  maximum: binary(b.maximum, {
    at: [
      [1, 0, -inf],
      [1, 0, -inf],
    ],
    second: [
      [0, 0, 0],
      [0, 0, 0],
    ],
  }),
  minimum: binary(b.minimum, {
    at: [
      [1, 0, -inf],
      [1, 0, -inf],
    ],
    second: [
      [0, 0, 0],
      [0, 0, 0],
    ],
  }),
  // The square of what is chosen, so that the second gradient shows which it is.
  where: binary((x, y) => b.where(b.less(x, b.scalar(0)), b.mul(x, x), b.mul(y, y)), {
    at: [
      [-1, 0],
      [5, 5],
    ],
    second: [
      [2, 0],
      [0, 2],
    ],
  }),

  max: alone(
    (x) => b.max(x, [0]),
    { at: [[1, 1, 0]], second: [[0, 0, 0]] },
    { at: [[-inf, -inf]], second: [[0, 0]] },
  ),
  prod: alone(
    (x) => b.prod(x, [0]),
    { at: [[0, 1, 2]], second: [[3, 2, 1]] },
    { at: [[0, 0, 2]], second: [[2, 2, 0]] },
    { at: [[0, 0, 0]], second: [[0, 0, 0]] },
  ),
  cummax: alone((x) => b.cummax(x, 0), { at: [[1, 1, 0]], second: [[0, 0, 0]] }),
  scatterMax: alone((x) => b.scatterMax(x, b.literal([0, 0, 1], [3], 'i32'), 0, 3), {
    at: [[1, 1, -inf]],
    second: [[0, 0, 0]],
  }),
  // First gradients of a sum of exponentials add up to 1, whatever the operands: the second gradient of their sum is 0.
  logSumExp: alone(
    (x) => b.logSumExp(x, [0]),
    { at: [[0, -inf, 0]], second: [[0, 0, 0]] },
    { at: [[-inf, -inf]], second: [[0, 0]] },
  ),
  softmax: alone((x) => b.softmax(x, 0), { at: [[0, -inf, 0]], second: [[0, 0, 0]] }),
  logSoftmax: alone((x) => b.logSoftmax(x, 0), { at: [[0, -inf, 0]], second: [[0, 0, 0]] }),
  // A layer norm ignores shifts: first gradients add up to 0.
  layerNorm: alone((x) => b.layerNorm(x, b.full([3], 1), b.full([3], 0), 1e-5), {
    at: [[2, 2, 2]],
    second: [[0, 0, 0]],
  }),
}

const secondGradients = (of: Special['of'], at: Point['at']): readonly (readonly number[])[] => {
  const operands = at.map((values, i) => b.parameter(`x${i}`, [values.length], 'f32'))
  const first = gradientNodes(weighted(of(...operands)), operands)
  const total = first.map((each) => b.sum(each, [0])).reduce(b.add, b.scalar(0))
  const second = gradientNodes(total, operands)
  const program = expectRight(
    programOfNodes(Object.fromEntries([...first, ...second].map((node, i) => [String(i), node]))),
  )
  const values = Object.fromEntries(at.map((numbers, i) => [`x${i}`, tensor.f32([...numbers])]))
  const found = expectRight(evaluate(program, values))
  return operands.map((_, i) => [...(found[String(first.length + i)]?.data ?? [])])
}

describe('the second gradient, where the first has a case of its own,', () => {
  const special = Object.entries(primitives).filter(
    (entry): entry is [string, Special] => typeof entry[1] !== 'string',
  )

  it.each(special)('is right for %s', (_, { of, points, elementwise }) => {
    for (const { at, second } of points) {
      const found = secondGradients(of, at)
      for (const [operand, wanted] of second.entries())
        for (const [i, number] of wanted.entries())
          expect(found[operand]?.[i]).toBeCloseTo(elementwise ? (i + 1) * number : number, 5)
    }
  })
})
