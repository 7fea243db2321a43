import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  abs,
  add,
  cos,
  exp,
  fromJson,
  gradient,
  gradients,
  input,
  jvp,
  matmul,
  maximum,
  minimum,
  mul,
  neg,
  parameter,
  program,
  replacement,
  round,
  sin,
  square,
  substitute,
  sum,
  toJson,
  toText,
  vmap,
  withGradient,
} from '../../../src/dsl/index.js'
import { node } from '../../../src/dsl/node.js'
import { input as leaf } from '../../../src/dsl/builder.js'
import { erased, erasedStructure } from '../../../src/dsl/erasure.js'
import type { Tensor } from '../../../src/dsl/index.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawn, evaluateNodes, expectClose, f32, numbersOf } from '../../support/evaluation.js'

const x = input('x', [3])
const w = parameter('w', [3])
const values = { x: f32([3], [0.4, 1.6, -2.2]), w: f32([3], [2, 3, 5]) }

/** sin, with its derivative written by hand. */
const ownSin = <S>(at: Tensor<S>): Tensor<S> =>
  withGradient(sin(at), [at], (cotangent) => [mul(cotangent, cos(at))])

describe('a gradient of one’s own', () => {
  it('passes straight through a function that has none', () => {
    const rounded = withGradient(round(x), [x], (cotangent) => [cotangent])
    expect(numbersOf(rounded, values)).toEqual([0, 2, -2])
    expect(numbersOf(gradient(sum(mul(rounded, w)), x), values)).toEqual([2, 3, 5])
  })

  it('can turn a gradient around, and leave the value', () => {
    const reversed = withGradient(x, { x }, (cotangent) => ({ x: mul(neg(cotangent), 0.5) }))
    expect(numbersOf(reversed, values)).toEqual([0.4, 1.6, -2.2])
    expect(numbersOf(gradient(sum(mul(reversed, w)), x), values)).toEqual([-1, -1.5, -2.5])
  })

  it('need not be linear in the cotangent', () => {
    const clipped = withGradient(x, [x], (cotangent) => [minimum(maximum(cotangent, -2.5), 2.5)])
    expect(numbersOf(gradient(sum(mul(clipped, w)), x), values)).toEqual([2, 2.5, 2.5])
  })

  it('flows to the inputs alone', () => {
    const value = withGradient(mul(x, w), [x], (cotangent) => [cotangent])
    const slopes = gradients(sum(value), { x, w })
    expect(numbersOf(slopes.x, values)).toEqual([1, 1, 1])
    expect(numbersOf(slopes.w, values)).toEqual([0, 0, 0])
  })

  it('is added to the gradients of other uses of an input', () => {
    const value = withGradient(round(x), [x], (cotangent) => [cotangent])
    expectClose(numbersOf(gradient(sum(add(value, square(x))), x), values), [1.8, 4.2, -3.4])
  })

  it('has the gradient of what it is made of', () => {
    const slope = gradient(sum(ownSin(x)), x)
    expectClose(numbersOf(slope, values), [0.4, 1.6, -2.2].map(Math.cos))
    expectClose(
      numbersOf(gradient(sum(slope), x), values),
      [0.4, 1.6, -2.2].map((at) => -Math.sin(at)),
    )
    // A rule that says something else than the derivative is differentiated as it says.
    const other = withGradient(sin(x), [x], (cotangent) => [mul(cotangent, square(x))])
    expectClose(numbersOf(gradient(sum(gradient(sum(other), x)), x), values), [0.8, 3.2, -4.4])
  })

  it('is that of each example in vmap, and the sum of all for a tensor that they share', () => {
    const xs = input('xs', ['B', 3])
    const ofOne = (at: Tensor<[3]>): Tensor<[3]> =>
      withGradient(mul(at, w), { at, w }, (cotangent) => ({ at: mul(cotangent, 10), w: mul(cotangent, at) }))
    const batch = { xs: drawn(1, [2, 3]), w: values.w }
    const whole = vmap(ofOne, xs)
    const slopes = gradients(sum(whole), { xs, w })
    expectClose(numbersOf(slopes.xs, batch, { B: 2 }), [10, 10, 10, 10, 10, 10])
    const [a, b, c, d, e, f] = [...batch.xs.data]
    expectClose(numbersOf(slopes.w, batch), [(a ?? 0) + (d ?? 0), (b ?? 0) + (e ?? 0), (c ?? 0) + (f ?? 0)])
    const each = vmap((at) => gradient(sum(ofOne(at)), w), xs)
    expectClose(numbersOf(each, batch), [...batch.xs.data])
  })

  it('is the tangent of jvp', () => {
    const direction = input('v', [3])
    const [value, tangent] = jvp(ownSin, [x], [direction])
    const given = { ...values, v: f32([3], [1, -2, 3]) }
    expectClose(numbersOf(value, given), [0.4, 1.6, -2.2].map(Math.sin))
    expectClose(
      numbersOf(tangent, given),
      [0.4, 1.6, -2.2].map((at, i) => Math.cos(at) * ([1, -2, 3][i] ?? 0)),
    )
  })

  it('stays when what it captures is replaced', () => {
    const scaled = withGradient(x, [x], (cotangent) => [mul(cotangent, w)])
    const changed = substitute(scaled, [replacement(w, exp(w))])
    expectClose(numbersOf(gradient(sum(changed), x), values), [2, 3, 5].map(Math.exp))
  })

  it('survives JSON', () => {
    const y = withGradient(round(x), [x], (cotangent) => [mul(cotangent, abs(w))])
    const before = expectRight(program({ x }, { y }))
    const after = expectRight(fromJson(JSON.parse(JSON.stringify(toJson(before)))))
    expect(after.outputs['y']).toBe(y.node)
  })

  it('is listed below its value', () => {
    const y = withGradient(round(x), [x], (cotangent) => [mul(cotangent, w)])
    expect(toText(expectRight(program({ x }, { y })))).toContain(
      [
        '  %1 = withGradient %0 x w : [3]',
        '    gradient',
        '      %0 = mul cotangent captured.0 : [3]',
        '      cotangent.0 = %0',
      ].join('\n'),
    )
  })

  it('computes what does not depend on the cotangent once, with the value', () => {
    const v = parameter('v', [3, 3])
    const product = matmul(v, v)
    const y = withGradient(x, [x], (cotangent) => [sum(mul(product, cotangent), 1)])
    expect(y.node.operands).toContain(product.node)
  })

  it('refuses cotangents of other shapes, whole numbers, and leaves that stand for nothing', () => {
    const transposed = withGradient(input('m', [2, 3]), [input('m', [2, 3])], () => [
      erased(leaf('t', [3, 2])),
    ])
    expect(transposed.node.fault?.message).toBe('withGradient: input 0 is [2,3], but its gradient f32 [3,2]')
    const whole = withGradient(x, [input('i', [3], 'i32')], () => [input('i', [3], 'i32')])
    expect(whole.node.fault?.message).toBe('withGradient: gradients are of f32 tensors, got i32')
    const stray = node('withGradient', { cotangents: [leaf('y', [3])] }, [x.node, x.node])
    expect(stray.fault?.message).toBe(
      "withGradient: the input 'y' f32 [3] in its gradient stands for no operand",
    )
    const missing = withGradient(x, { x, w }, (cotangent) => erasedStructure({ x: cotangent }))
    expect(missing.node.fault?.message).toBe('withGradient: there is no gradient of input w')
  })

  it('is refused in JSON where its gradient is not among the nodes before it', () => {
    const y = withGradient(x, [x], (cotangent) => [neg(cotangent)])
    const document = toJson(expectRight(program({ x }, { y })))
    const broken = {
      ...document,
      nodes: document.nodes.map((each) =>
        each.op === 'withGradient' ? { ...each, attributes: { cotangents: [99] } } : each,
      ),
    }
    expect(expectLeft(fromJson(broken))).toMatchObject({
      problems: [expect.stringContaining('cotangents: [99] are not all positions of earlier nodes')],
    })
  })

  it('has the value of the program around it in float64 and float32', () => {
    const y = ownSin(x)
    expect(evaluateNodes({ y: y.node, z: sin(x).node }, values).y).toEqual(
      evaluateNodes({ z: sin(x).node }, values).z,
    )
    expect(E.isRight(program({ x }, { y }))).toBe(true)
  })
})
