/**
 * The distributions that `initialise` draws weights from. Fans are counted as in PyTorch: a weight is
 * [outputs, inputs, ...kernel], `fanIn` is inputs times the kernel's positions, `fanOut` is outputs times these.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { RandomKey } from '../values/random-key.js'
import * as randomKey from '../values/random-key.js'
import { notNegative, outOfRange } from '../dsl/setting.js'
import type { TensorValue } from '../values/value.js'
import { elementCount } from '../values/value.js'
import { constantInitialiser, drawNormal, drawUniform } from './initialisers.js'
import { orthogonalRows } from './orthogonal-rows.js'

/**
 * The first value of a parameter of this shape, or what is wrong with the shape, as a sentence. The key is the
 * parameter's own.
 *
 * @example
 * const twos: Initialiser = (_, shape) => E.right(constantInitialiser(shape, 2))
 */
export type Initialiser = (key: RandomKey, shape: readonly number[]) => E.Either<string, TensorValue>

interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}

/** Fails for a shape that is not a matrix or more: it has no inputs and outputs. */
const fansOf = (shape: readonly number[]): E.Either<string, Fans> => {
  const [outputs, inputs, ...kernel] = shape
  if (outputs === undefined || inputs === undefined) {
    return E.left('it has fewer than two axes, so it has no count of inputs and outputs')
  }
  const positions = elementCount(kernel)
  return E.right({ fanIn: inputs * positions, fanOut: outputs * positions })
}

/** Draws with a variance that the fans determine. */
const scaled =
  (draw: typeof drawNormal, extent: (fans: Fans) => number): Initialiser =>
  (key, shape) =>
    pipe(
      fansOf(shape),
      E.map((fans) => draw(key, shape, extent(fans))),
    )

/** Normal with variance 2 / fanIn, for layers before a ReLU (He et al. 2015, eq. 10). */
export const heNormal: Initialiser = scaled(drawNormal, ({ fanIn }) => Math.sqrt(2 / fanIn))

/** Uniform within ±√(6 / fanIn): the variance of `heNormal`. */
export const heUniform: Initialiser = scaled(drawUniform, ({ fanIn }) => Math.sqrt(6 / fanIn))

/** Normal with variance 2 / (fanIn + fanOut) (Glorot & Bengio 2010, eq. 12). */
export const xavierNormal: Initialiser = scaled(drawNormal, ({ fanIn, fanOut }) =>
  Math.sqrt(2 / (fanIn + fanOut)),
)

/** Uniform within ±√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010, eq. 16). */
export const xavierUniform: Initialiser = scaled(drawUniform, ({ fanIn, fanOut }) =>
  Math.sqrt(6 / (fanIn + fanOut)),
)

/** Normal with variance 1 / fanIn (LeCun et al. 1998, "Efficient BackProp", sec. 4.6). */
export const lecunNormal: Initialiser = scaled(drawNormal, ({ fanIn }) => Math.sqrt(1 / fanIn))

/** The values, or what is wrong with a spread that is negative or not finite. */
const withSpread = (name: string, spread: number, values: TensorValue): E.Either<string, TensorValue> => {
  const wrong = outOfRange(name, spread, notNegative)
  return wrong === undefined ? E.right(values) : E.left(wrong)
}

/** Normal with mean 0 and a standard deviation, which is finite and not negative. */
export const normal =
  (deviation: number): Initialiser =>
  (key, shape) =>
    withSpread('the deviation', deviation, drawNormal(key, shape, deviation))

/** Uniform within ±`bound`, which is finite and not negative. */
export const uniform =
  (bound: number): Initialiser =>
  (key, shape) =>
    withSpread('the bound', bound, drawUniform(key, shape, bound))

/**
 * Normal with mean 0, where a number beyond twice the deviation is drawn again. `deviation` is that before truncation;
 * the numbers have 0.88 of it, as those of PyTorch's `trunc_normal_`.
 */
export const truncatedNormal =
  (deviation: number): Initialiser =>
  (key, shape) => {
    const count = elementCount(shape)
    const inside = (values: Float32Array, round: number): Float32Array => {
      if (values.every((value) => Math.abs(value) <= 2)) return values
      const again = randomKey.normal(randomKey.foldIn(key, round), count)
      return inside(
        values.map((value, i) => (Math.abs(value) <= 2 ? value : (again[i] ?? 0))),
        round + 1,
      )
    }
    const values = inside(randomKey.normal(key, count), 0)
    return withSpread('the deviation', deviation, {
      dtype: 'f32',
      shape,
      data: values.map((value) => value * deviation),
    })
  }

/**
 * A random matrix with orthonormal rows, or columns if it has more rows than columns; all axes but the first are taken
 * as columns (Saxe et al. 2014). For square matrices it is uniform over the orthogonal ones.
 */
export const orthogonal: Initialiser = (key, shape) => {
  const [rows, ...others] = shape
  return rows === undefined || others.length === 0
    ? E.left('it has fewer than two axes, so it is no matrix')
    : E.right({ dtype: 'f32', shape, data: orthogonalRows(key, rows, elementCount(others)) })
}

/** 0 everywhere. */
export const zeros: Initialiser = (_, shape) => E.right(constantInitialiser(shape, 0))

/** 1 everywhere. */
export const ones: Initialiser = (_, shape) => E.right(constantInitialiser(shape, 1))
