/** Binding weights to the parameters of a program: tensors of a file, matched by name and checked by shape. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Shape, Sizes } from '../shapes/dim.js'
import { evaluateDim } from '../shapes/dim.js'
import type { Program } from '../dsl/program.js'
import type { DType, TensorValue } from '../values/value.js'
import type { NamedValues } from '../values/named-values.js'
import type { Failure } from '../effects/failure.js'
import { firstNaN } from '../values/finite.js'
import { similarNames } from '../engines/similar-names.js'

const describe = (dtype: DType, shape: readonly (number | string)[]): string =>
  `${dtype}[${shape.join(', ')}]`

const sizesOf = (shape: Shape, sizes: Sizes): readonly (number | string)[] =>
  shape.map((dim) => E.getOrElse<string, number | string>(() => dim)(evaluateDim(sizes)(dim)))

/** Infinities pass, because masks hold them; NaN is never meant. */
const withoutNaN = (name: string, where: string, tensor: TensorValue): E.Either<Failure, TensorValue> => {
  const found = firstNaN(tensor)
  return found === undefined
    ? E.right(tensor)
    : E.left({
        tag: 'NotFinite',
        quantity: `tensor '${name}'`,
        where,
        ...found,
        advice: 'nothing can be computed from it: take weights without NaN',
      })
}

/**
 * One tensor of a file, checked against the shape that a parameter declares. Fails with `TensorMissing`, `ShapeMismatch`, or
 * with `NotFinite` where an element is NaN.
 */
export const checkTensor = (
  tensors: NamedValues,
  where: string,
  { name, shape, dtype }: { readonly name: string; readonly shape: Shape; readonly dtype: DType },
  sizes: Sizes = {},
): E.Either<Failure, TensorValue> => {
  const value = Object.hasOwn(tensors, name) ? tensors[name] : undefined
  if (value === undefined) {
    return E.left({ tag: 'TensorMissing', name, where, similar: similarNames(name, Object.keys(tensors)) })
  }
  const expected = describe(dtype, sizesOf(shape, sizes))
  const found = describe(value.dtype, value.shape)
  return expected === found
    ? withoutNaN(name, where, value)
    : E.left({ tag: 'ShapeMismatch', name, where, expected, found })
}

/**
 * The value of every parameter of a program, from the tensors of a file; other tensors are left out. Parameters in `except` (a training state) are not looked up.
 *
 * Fails with `TensorMissing`, `ShapeMismatch` or `NotFinite` (NaN), naming the tensor and `where` it should have been.
 */
export const bindWeights = (
  program: Program,
  tensors: NamedValues,
  where: string,
  { sizes = {}, except = [] }: { readonly sizes?: Sizes; readonly except?: readonly string[] } = {},
): E.Either<Failure, NamedValues> =>
  pipe(
    program.parameters.filter(({ attributes }) => !except.includes(attributes.name)),
    E.traverseArray(({ attributes }) =>
      pipe(
        checkTensor(tensors, where, attributes, sizes),
        E.map((value) => [attributes.name, value] as const),
      ),
    ),
    E.map((entries): NamedValues => Object.fromEntries(entries)),
  )
