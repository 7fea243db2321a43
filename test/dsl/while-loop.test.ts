import { describe, expect, it } from 'vitest'
import {
  abs,
  add,
  div,
  equal,
  full,
  gradient,
  gradients,
  hessian,
  input,
  iota,
  less,
  lessEqual,
  matmul,
  mod,
  mul,
  parameter,
  scan,
  sub,
  sum,
  tanh,
  vmap,
  where,
  whileLoop,
} from '../../src/dsl/index.js'
import { erasedStructure } from '../../src/dsl/erasure.js'
import { conditionOf } from '../../src/dsl/primitives/loop.js'
import type { Node, Tensor } from '../../src/dsl/index.js'
import {
  drawn,
  evaluateNodes,
  expectClose,
  expectGradients,
  f32,
  numberOf,
  numbersOf,
} from '../support/evaluation.js'

/** Newton's iteration for a square root, and how many steps it takes. */
const rootOf = (a: Tensor<[]>, bound: number) =>
  whileLoop(
    { carry: { x: full([], 1), steps: full([], 0, 'i32') }, bound },
    ({ x }) => less(1e-9, abs(sub(mul(x, x), a))),
    ({ x, steps }) => ({ x: mul(add(x, div(a, x)), 0.5), steps: add(steps, 1) }),
  )
const a = input('a', [])

const conditionOfNode = (node: Node): Node | undefined =>
  node.op === 'scan' ? conditionOf([node]) : undefined

describe('a loop that stops by itself', () => {
  it('goes on as long as its condition holds', () => {
    const { x, steps } = rootOf(a, 50)
    expectClose([numberOf(x, { a: f32([], [2]) })], [Math.SQRT2], 1e-9)
    expect(numberOf(steps, { a: f32([], [2]) })).toBe(4)
    expect(numberOf(steps, { a: f32([], [1]) })).toBe(0)
  })

  it('takes no more steps than its bound, which may be a symbol', () => {
    expect(numberOf(rootOf(a, 3).steps, { a: f32([], [2]) })).toBe(3)
    const counted = whileLoop(
      { carry: full([], 0), bound: 'N' },
      (n) => less(n, 4),
      (n) => add(n, 1),
    )
    expect(numberOf(counted, {}, { N: 3 })).toBe(3)
    expect(numberOf(counted, {}, { N: 30 })).toBe(4)
    expect(numberOf(counted, {}, { N: 0 })).toBe(0)
  })

  it('carries a tensor, a tuple or a record', () => {
    const alone = whileLoop(
      { carry: full([2], 1), bound: 9 },
      (x) => less(sum(x), 10),
      (x) => mul(x, 2),
    )
    expect(numbersOf(alone)).toEqual([8, 8])
    const [p, q] = whileLoop(
      { carry: [full([], 0), full([], 1)] as const, bound: 20 },
      ([, next]) => less(next, 100),
      ([now, next]) => [next, add(now, next)] as const,
    )
    expect([numberOf(p), numberOf(q)]).toEqual([89, 144])
  })

  it('has the gradient of the steps that it takes', () => {
    // The square root of a at convergence: its slope is 1 / (2 √a).
    expectClose([numberOf(gradient(rootOf(a, 50).x, a), { a: f32([], [2]) })], [0.5 / Math.SQRT2], 1e-8)
    expectClose([numberOf(gradient(rootOf(a, 50).x, a), { a: f32([], [1]) })], [0])
    const w = parameter('w', [3, 3])
    const x = input('x', [2, 3])
    const settled = whileLoop(
      { carry: { h: x, n: full([], 0) }, bound: 6 },
      ({ n }) => less(n, 3),
      ({ h, n }) => ({ h: tanh(matmul(h, w)), n: add(n, 1) }),
    ).h
    const values = { x: drawn(1, [2, 3]), w: drawn(2, [3, 3]) }
    const unrolled = tanh(matmul(tanh(matmul(tanh(matmul(x, w)), w)), w))
    const [ours, plain] = [gradients(sum(settled), { x, w }), gradients(sum(unrolled), { x, w })]
    expectClose(numbersOf(ours.x, values), numbersOf(plain.x, values))
    expectClose(numbersOf(ours.w, values), numbersOf(plain.w, values))
    expectGradients(sum(settled), ['x', 'w'], values)
  })

  it('has second derivatives', () => {
    const v = input('v', [])
    const curvature = hessian((at) => rootOf(at, 50).x, v)
    expectClose([numberOf(curvature, { v: f32([], [2]) })], [-0.25 * 2 ** -1.5], 1e-6)
  })

  it('in vmap, stops each example at its own time', () => {
    const as = input('as', ['B'])
    const roots = vmap((of) => rootOf(of, 50), as)
    const given = { as: f32([4], [1, 2, 9, 1e4]) }
    const alone = [1, 2, 9, 1e4].map((of) => {
      const { x, steps } = rootOf(a, 50)
      const found = evaluateNodes({ x: x.node, steps: steps.node }, { a: f32([], [of]) })
      return [found.x.data[0] ?? NaN, found.steps.data[0] ?? NaN]
    })
    expectClose(
      numbersOf(roots.x, given),
      alone.map(([x = NaN]) => x),
    )
    expect(numbersOf(roots.steps, given)).toEqual(alone.map(([, steps]) => steps))
  })

  it('has a condition that engines can stop at, in vmap too', () => {
    expect(conditionOfNode(rootOf(a, 50).x.node)?.op).toBe('less')
    expect(conditionOfNode(vmap((of) => rootOf(of, 50).x, input('as', ['B'])).node)?.op).toBe('less')
    const [positions, v] = [iota([4], 0), input('v', [4])]
    const summed = scan({ carry: full([], 0), sequences: v }, (total, at) => ({ carry: add(total, at) }))
    expect(conditionOfNode(summed.carry.node)).toBeUndefined()
    const alternating = scan({ carry: full([], 0), sequences: positions }, (total, at) => ({
      carry: where(equal(mod(at, 2), 0), add(total, 1), total),
    }))
    expect(conditionOfNode(alternating.carry.node)).toBeUndefined()
  })

  it('refuses a condition that is no single truth, and a carry that changes its shape', () => {
    const many = whileLoop(
      { carry: full([2], 1), bound: 9 },
      (x) => erasedStructure(less(x, 10)),
      (x) => x,
    )
    expect(many.node.fault?.message).toContain('whileLoop: the condition is bool [2], not bool []')
    const changed = whileLoop(
      { carry: full([2], 1), bound: 9 },
      (x) => lessEqual(sum(x), 10),
      () => erasedStructure(full([3], 1)),
    )
    expect(changed.node.fault?.message).toContain('carry is [2], but [3] after a step')
  })
})
