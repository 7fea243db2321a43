/** Programs evaluated by the oracle: plain numbers, derivatives by central differences, and random test data. */
import { expect } from 'vitest'
import type { AnyTensor, TensorValue, Node } from '../../src/dsl/index.js'
import { evaluate, gradientNodes, programOfNodes, randomKey } from '../../src/dsl/index.js'
import type { NamedValues } from '../../src/values/named-values.js'
import type { Sizes } from '../../src/shapes/dim.js'
import { topologicalOrder } from '../../src/dsl/walk.js'
import { expectRight } from '../expect-either.js'

/** A float64 value: the oracle computes in double precision, and so do these tests. */
export const f32 = (shape: readonly number[], data: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape,
  data: Float64Array.from(data),
})

export const i32 = (shape: readonly number[], data: readonly number[]): TensorValue => ({
  dtype: 'i32',
  shape,
  data: Int32Array.from(data),
})

/** Standard normal numbers, the same for the same seed. */
export const normals = (seed: number, count: number): readonly number[] => [
  ...randomKey.normal(randomKey.keyFromSeed(seed), count),
]

/** A value of standard normal numbers, times `deviation`. */
export const drawn = (seed: number, shape: readonly number[], deviation = 1): TensorValue =>
  f32(
    shape,
    normals(
      seed,
      shape.reduce((product, size) => product * size, 1),
    ).map((x) => x * deviation),
  )

/** Outputs of several nodes at once. */
export const evaluateNodes = <O extends string>(
  nodes: Readonly<Record<O, Node>>,
  values: NamedValues = {},
  sizes: Sizes = {},
): Readonly<Record<O, TensorValue>> =>
  expectRight(evaluate(expectRight(programOfNodes(nodes)), values, sizes))

/** The numbers of one tensor, in row-major order. */
export const numbersOf = (
  { node }: Pick<AnyTensor, 'node'>,
  values: NamedValues = {},
  sizes: Sizes = {},
): readonly number[] => [...evaluateNodes({ result: node }, values, sizes).result.data]

/** The number of a scalar. */
export const numberOf = (
  tensor: Pick<AnyTensor, 'node'>,
  values: NamedValues = {},
  sizes: Sizes = {},
): number => numbersOf(tensor, values, sizes)[0] ?? Number.NaN

/** Each pair within `tolerance`, absolutely, or relatively where numbers are larger than 1; equal infinities are close. */
export const expectClose = (
  actual: readonly number[],
  expected: readonly number[],
  tolerance = 1e-10,
): void => {
  expect(actual).toHaveLength(expected.length)
  for (const [i, want] of expected.entries()) {
    const got = actual[i] ?? Number.NaN
    if (Object.is(got, want)) continue
    const difference = Math.abs(got - want) / Math.max(1, Math.abs(want))
    expect(difference, `element ${i}: ${got} against ${want}`).toBeLessThanOrEqual(tolerance)
  }
}

/** Derivatives of a scalar with respect to each element of one input or parameter, by central differences. */
export const centralDifferences = (
  loss: Pick<AnyTensor, 'node'>,
  leaf: string,
  values: NamedValues,
  step = 1e-5,
): readonly number[] => {
  const value = values[leaf]
  if (value === undefined) return expect.fail(`no value for '${leaf}'`)
  const center = [...value.data]
  const moved = (index: number, by: number): number =>
    numberOf(loss, {
      ...values,
      [leaf]: f32(
        value.shape,
        center.map((x, i) => (i === index ? x + by : x)),
      ),
    })
  return center.map((_, index) => (moved(index, step) - moved(index, -step)) / (2 * step))
}

/** Expects the gradients of a scalar with respect to these inputs and parameters to equal central differences. */
export const expectGradients = (
  loss: Pick<AnyTensor, 'node'>,
  leaves: readonly string[],
  values: NamedValues,
  tolerance = 1e-7,
): void => {
  const wrt = topologicalOrder([loss.node]).filter(
    (node) => (node.op === 'input' || node.op === 'parameter') && leaves.includes(node.attributes.name),
  )
  expect(wrt).toHaveLength(leaves.length)
  const gradients = gradientNodes(loss.node, wrt)
  for (const [i, leaf] of wrt.entries()) {
    const gradient = gradients[i]
    if (gradient === undefined || (leaf.op !== 'input' && leaf.op !== 'parameter')) continue
    const { name } = leaf.attributes
    expectClose(numbersOf({ node: gradient }, values), centralDifferences(loss, name, values), tolerance)
  }
}
