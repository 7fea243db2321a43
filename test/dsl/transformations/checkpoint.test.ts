import { describe, expect, it } from 'vitest'
import {
  add,
  checkpoint,
  countOperations,
  fromJson,
  gather,
  gelu,
  gradient,
  gradients,
  hessian,
  input,
  layerNorm,
  linear,
  liveMemory,
  mul,
  parameter,
  program,
  scan,
  sin,
  sum,
  tanh,
  toJson,
  vmap,
} from '../../../src/dsl/index.js'
import { erased } from '../../../src/dsl/erasure.js'
import { topologicalOrder } from '../../../src/dsl/walk.js'
import type { AnyTensor, Tensor } from '../../../src/dsl/index.js'
import { expectRight } from '../../expect-either.js'
import { drawn, expectClose, f32, i32, numbersOf } from '../../support/evaluation.js'

const depth = 6
const parametersOf = (layer: number) => ({
  up: parameter(`${layer}.up`, [8, 4]),
  down: parameter(`${layer}.down`, [4, 8]),
})
const layers = Array.from({ length: depth }, (_, i) => parametersOf(i))
const x = input('x', ['B', 4])

type Block = (at: Tensor<['B', 4]>) => Tensor<['B', 4]>
const block =
  ({ up, down }: ReturnType<typeof parametersOf>): Block =>
  (at) =>
    add(at, linear(gelu(gelu(gelu(linear(at, up)))), down))

const network = (around: (f: Block, at: Tensor<['B', 4]>) => Tensor<['B', 4]>): Tensor<['B', 4]> =>
  layers.reduce((at, each) => around(block(each), at), x)

const kept = network((f, at) => f(at))
const recomputed = network((f, at) => checkpoint(f, at))
const trained = Object.fromEntries(
  layers.flatMap(({ up, down }, i) => [
    [`up${i}`, up],
    [`down${i}`, down],
  ]),
)
const values = Object.fromEntries([
  ['x', drawn(1, [3, 4])],
  ...layers.flatMap((_, i) => [
    [`${i}.up`, drawn(2 * i, [8, 4])] as const,
    [`${i}.down`, drawn(2 * i + 1, [4, 8], 0.3)] as const,
  ]),
])
const slopesOf = (y: Tensor<['B', 4]>): Readonly<Record<string, AnyTensor>> =>
  gradients(sum(mul(y, y)), trained)
const programOf = (y: Tensor<['B', 4]>) => expectRight(program({ x }, slopesOf(y)))

describe('a checkpoint', () => {
  it('has the value and the gradients of the function, those of what it uses besides its arguments included', () => {
    expect(numbersOf(recomputed, values)).toEqual(numbersOf(kept, values))
    const [ours, plain] = [slopesOf(recomputed), slopesOf(kept)]
    for (const [name, slope] of Object.entries(ours)) {
      expectClose(numbersOf(slope, values), numbersOf(plain[name] ?? slope, values), 1e-12)
    }
    expectClose(
      numbersOf(gradient(sum(recomputed), x), values),
      numbersOf(gradient(sum(kept), x), values),
      1e-12,
    )
  })

  it('takes less memory and more operations in the backward pass', () => {
    const sizes = { B: 1000 }
    const [ours, plain] = [recomputed, kept].map(programOf)
    const memory = [ours, plain].map((of) => of && expectRight(liveMemory(of, sizes)).intermediates)
    const [less = 0, more = 0] = memory
    expect(less).toBeLessThan(0.5 * more)
    const [dearer, cheaper] = [ours, plain].map(
      (of) => of && expectRight(countOperations(of, sizes)).multiplyAdds,
    )
    // Three products for each layer and its gradient, a fourth to compute its inner half again.
    expect((dearer ?? 0) / (cheaper ?? 1)).toBeGreaterThan(1.1)
    expect((dearer ?? 0) / (cheaper ?? 1)).toBeLessThan(1.4)
  })

  it('is not undone by the sharing of equal nodes', () => {
    const f = (at: Tensor<['B', 4]>) => sin(sin(at))
    const slope = gradient(sum(checkpoint(f, x)), x)
    // The inner sine is computed for the value, and again for the gradient.
    expect(
      topologicalOrder([slope.node, checkpoint(f, x).node]).filter(({ op }) => op === 'sin'),
    ).toHaveLength(3)
  })

  it('has gradients of any order', () => {
    const f = (at: Tensor<[3]>) => mul(at, tanh(mul(at, sin(at))))
    const at = input('v', [3])
    const given = { v: f32([3], [0.3, -1.2, 2]) }
    const [ours, plain] = [hessian((v) => sum(checkpoint(f, v)), at), hessian((v) => sum(f(v)), at)]
    expectClose(numbersOf(ours, given), numbersOf(plain, given), 1e-12)
  })

  it('takes several arguments, of any element type', () => {
    const f = (at: Tensor<['N', 3]>, table: Tensor<[5, 3]>) => mul(at, sum(table, 0))
    const [a, b] = [input('a', ['N', 3]), parameter('b', [5, 3])]
    const given = { a: drawn(1, [2, 3]), b: drawn(2, [5, 3]) }
    const slopes = gradients(sum(checkpoint(f, a, b)), { a, b })
    const plain = gradients(sum(f(a, b)), { a, b })
    expectClose(numbersOf(slopes.a, given, { N: 2 }), numbersOf(plain.a, given, { N: 2 }))
    expectClose(numbersOf(slopes.b, given, { N: 2 }), numbersOf(plain.b, given, { N: 2 }))
    const rows = input('rows', [2], 'i32')
    const taken = (at: Tensor<[5, 3]>, indices: Tensor<[2], 'i32'>) => sin(gather(at, indices, 0))
    const some = { ...given, rows: i32([2], [4, 1]) }
    expectClose(
      numbersOf(gradient(sum(checkpoint(taken, b, rows)), b), some),
      numbersOf(gradient(sum(taken(b, rows)), b), some),
    )
    const whole = checkpoint((_at) => erased(rows.node), x)
    expect(whole.node.fault?.message).toBe('checkpoint: the result is i32, gradients are of f32 tensors')
  })

  it('is computed for each example in vmap, and in the steps of a loop', () => {
    const gain = parameter('gain', [4])
    const f = (at: Tensor<[4]>) => layerNorm(tanh(mul(at, gain)), gain, gain)
    const given = { x: drawn(3, [3, 4]), gain: drawn(4, [4]) }
    const [ours, plain] = [vmap((at) => checkpoint(f, at), x), vmap(f, x)]
    expectClose(
      numbersOf(gradient(sum(mul(ours, ours)), gain), given),
      numbersOf(gradient(sum(mul(plain, plain)), gain), given),
      1e-12,
    )
    const looped = (step: (at: Tensor<[4]>) => Tensor<[4]>) =>
      scan({ carry: gain, sequences: x }, (h, at) => ({ carry: step(add(h, at)) })).carry
    expectClose(
      numbersOf(gradient(sum(looped((at) => checkpoint(f, at))), gain), given),
      numbersOf(gradient(sum(looped(f)), gain), given),
      1e-12,
    )
  })

  it('survives JSON', () => {
    const y = checkpoint((at) => tanh(sin(at)), x)
    const before = expectRight(program({ x }, { y }))
    const after = expectRight(fromJson(JSON.parse(JSON.stringify(toJson(before)))))
    expect(after.outputs['y']).toBe(y.node)
  })
})
