/** Gradients against central differences of the oracle, in float64, along random directions. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as b from '../dsl/builder.js'
import type { Sizes } from '../shapes/dim.js'
import { anyNode } from '../dsl/erasure.js'
import type { NamedValues } from '../values/named-values.js'
import { evaluate } from '../dsl/evaluate/evaluate.js'
import type { Fault } from '../dsl/fault.js'
import type { Node, NodeOf } from '../dsl/primitives/primitive.js'
import type { Program } from '../dsl/program.js'
import { programOfNodes } from '../dsl/program.js'
import type { RandomKey } from '../values/random-key.js'
import { foldIn, normal } from '../values/random-key.js'
import { gradientNodes } from '../dsl/transformations/reverse-mode.js'
import type { TensorValue } from '../values/value.js'

/** The slope of a loss along a direction, computed in two ways. */
export interface GradientCheck {
  readonly fromGradient: number
  readonly fromDifferences: number
  /** The loss itself: rounding errors of the differences grow with it. */
  readonly loss: number
}

/** An input or a parameter. */
type Leaf = NodeOf<'input'> | NodeOf<'parameter'>

/** The leaves of type f32: a loss can be differentiated by them. */
export const realLeaves = ({ inputs, parameters }: Program): readonly Leaf[] =>
  [...inputs, ...parameters].filter(({ dtype }) => dtype === 'f32')

/** Standard normal numbers in the shapes of the real values, under the names `<name><suffix>`. */
export const randomDirections = (values: NamedValues, key: RandomKey, suffix: string): NamedValues =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, { dtype }]) => dtype === 'f32')
      .map(([name, { shape, data }], i) => [
        `${name}${suffix}`,
        { dtype: 'f32', shape, data: normal(foldIn(key, i), data.length) },
      ]),
  )

const moved = (value: TensorValue, direction: TensorValue | undefined, step: number): TensorValue =>
  value.dtype === 'f32' && direction !== undefined
    ? {
        ...value,
        data: Float64Array.from(value.data, (x, i) => x + step * (direction.data[i] ?? 0)),
      }
    : value

const step = 1e-4

/** The derivative at 0 by central differences of fourth order. */
const slopeAtZero = (f: (x: number) => E.Either<Fault, number>): E.Either<Fault, number> =>
  pipe(
    [-2 * step, -step, step, 2 * step],
    E.traverseArray(f),
    E.map(([a = 0, b = 0, c = 0, d = 0]) => (a - 8 * b + 8 * c - d) / (12 * step)),
  )

const scalarOf = (
  program: Program<string, 'loss'>,
  values: NamedValues,
  sizes: Sizes,
): E.Either<Fault, number> =>
  pipe(
    evaluate(program, values, sizes),
    E.map(({ loss }) => loss.data[0] ?? Number.NaN),
  )

/** The sum of the products of nodes with directions, as a node: Σ ⟨x, v⟩. */
const alongDirection = (nodes: readonly Node[], directions: readonly Node[]): Node =>
  nodes
    .map((node, i) => b.mul(node, directions[i] ?? b.scalar(0)))
    .map((product) =>
      b.sum(
        product,
        product.shape.map((_, axis) => axis),
      ),
    )
    .reduce(b.add, b.scalar(0))

/** The slope of a loss along directions, which are the inputs `<name><suffix>`. */
export const slopeAlongInputs = (loss: Node, leaves: readonly Leaf[], suffix: string): Node =>
  alongDirection(
    gradientNodes(loss, leaves.map(anyNode)),
    leaves.map(({ attributes: { name }, shape }) => b.input(`${name}${suffix}`, shape)),
  )

/**
 * The slope of a scalar loss along a random direction in all its real leaves: by the gradient, and by differences.
 *
 * No input may be called `<another>.direction`. Fails where the loss or its gradient is no valid program, or cannot be evaluated with these values.
 */
export const checkGradient = (
  loss: Node,
  values: NamedValues,
  key: RandomKey,
  sizes: Sizes = {},
): E.Either<Fault, GradientCheck> => {
  const suffix = '.direction'
  const directions = randomDirections(values, key, suffix)
  return pipe(
    E.Do,
    E.bind('original', () => programOfNodes({ loss })),
    E.bind('slope', ({ original }) =>
      programOfNodes({ loss: slopeAlongInputs(loss, realLeaves(original), suffix) }),
    ),
    E.bind('value', ({ original }) => scalarOf(original, values, sizes)),
    E.bind('fromGradient', ({ slope }) => scalarOf(slope, { ...values, ...directions }, sizes)),
    E.bind('fromDifferences', ({ original }) =>
      slopeAtZero((x) =>
        scalarOf(
          original,
          Object.fromEntries(
            Object.entries(values).map(([name, value]) => [
              name,
              moved(value, directions[`${name}${suffix}`], x),
            ]),
          ),
          sizes,
        ),
      ),
    ),
    E.map(({ fromGradient, fromDifferences, value }) => ({ fromGradient, fromDifferences, loss: value })),
  )
}
