/**
 * Arguments of a function whose laws are checked: tensors, each with a name, a shape with symbols and a kind of numbers,
 * and sizes. The types of the function's parameters are derived from them, so a declaration fits its function or does
 * not compile.
 */
import type { Dim, Shape, Sizes } from '../shapes/dim.js'
import { knownSize, symbolsOf } from '../shapes/dim.js'
import type { Literal } from '../shapes/decide.js'
import type { LiteralDims } from '../shapes/dim-argument.js'
import type { Tensor } from '../dsl/tensor.js'
import type { DimHandle } from '../shapes/dim-handle.js'
import type { DType } from '../values/value.js'
import type { Kind } from './arbitraries/kind.js'
import {
  activationKind,
  betweenKind,
  directionsKind,
  indexKind,
  logitsKind,
  maskKind,
  realKind,
  simplexKind,
  unitRowsKind,
} from './arbitraries/kinds.js'
import { positiveSemidefiniteKind } from './arbitraries/positive-semidefinite.js'

/** A tensor argument, whatever its type. */
export interface AnyTensorArgument {
  readonly tag: 'Tensor'
  readonly name: string
  readonly shape: Shape
  readonly dtype: DType
  readonly kind: Kind
  /** The dim whose positions the values are: the classes of labels. They follow when that dim is permuted or cut. */
  readonly indexes?: Dim
}

/** A tensor argument of a known name, shape and element type. */
export interface TensorArgument<
  out Name extends string,
  in out S,
  in out D extends DType,
> extends AnyTensorArgument {
  readonly name: Name
  readonly dtype: D
  /** Never present: carries the shape. */
  readonly type?: (shape: S) => S
}

/** Labels: whole numbers that are positions of the dim `Classes`. */
export interface LabelArgument<
  out Name extends string,
  in out S,
  out Classes extends Dim,
> extends TensorArgument<Name, S, 'i32'> {
  readonly indexes: Classes
}

/** A size, handed to the function as a dim: the number of heads of an attention, say. */
export interface SizeArgument<out Name extends string> {
  readonly tag: 'Size'
  readonly name: Name
}

export type AnyArgument = AnyTensorArgument | SizeArgument<string>

/** The type of the value that the function receives for an argument. */
type ValueOf<A> =
  A extends TensorArgument<string, infer S, infer D>
    ? Tensor<S, D>
    : A extends SizeArgument<infer Name>
      ? DimHandle<Name>
      : never

/** The parameters of a function that takes these arguments. */
export type ValuesOf<Takes extends readonly AnyArgument[]> = {
  -readonly [I in keyof Takes]: ValueOf<Takes[I]>
}

type SymbolsOf<A> =
  A extends TensorArgument<string, infer S, infer _D>
    ? S extends readonly unknown[]
      ? S[number]
      : never
    : never

type ClassesOf<A> = A extends { readonly indexes: infer Classes } ? Classes : never

/** The names that laws may use: the arguments, and the symbols of their shapes and labels. */
export type NamesOf<Takes extends readonly AnyArgument[]> =
  Takes[number]['name'] | Extract<SymbolsOf<Takes[number]> | ClassesOf<Takes[number]>, string>

/** Makes an argument of one kind: `logits('logits', ['B', 'K'])`. */
type Maker<D extends DType> = <const Name extends string, const S extends Dim[]>(
  name: Name,
  shape: readonly [...S] & Literal<LiteralDims<S>>,
) => TensorArgument<Name, S, D>

const maker =
  <D extends DType>(dtype: D, kind: Kind): Maker<D> =>
  (name, shape) => ({ tag: 'Tensor', name, shape, dtype, kind })

/** Real numbers: normally distributed, and in the extreme region also ties, zeros and ±1e4. */
export const reals: Maker<'f32'> = maker('f32', realKind)
/** Activations of a layer: real numbers of moderate size, and in the extreme region also ties and zeros. */
export const activations: Maker<'f32'> = maker('f32', activationKind)
/** Rows of logits: normally distributed, and in the extreme region also tied, one-hot and ±1e4. */
export const logits: Maker<'f32'> = maker('f32', logitsKind(false))
/** Rows of logits in which some classes are masked by −∞; each row keeps at least one class. */
export const maskedLogits: Maker<'f32'> = maker('f32', logitsKind(true))
/** Rows that are distributions: not negative, of sum 1. */
export const simplex: Maker<'f32'> = maker('f32', simplexKind)
/** Rows of Euclidean length 1. */
export const unitRows: Maker<'f32'> = maker('f32', unitRowsKind)
/** Rows that are not 0, as a cosine needs them. */
export const directions: Maker<'f32'> = maker('f32', directionsKind)
/** Positive semidefinite matrices over the last two axes. */
export const positiveSemidefinite: Maker<'f32'> = maker('f32', positiveSemidefiniteKind)
/** Booleans with at least one true in each row. */
export const mask: Maker<'bool'> = maker('bool', maskKind)
/** Numbers between two bounds: `between(0.1, 10)('temperature', [])`. */
export const between = (low: number, high: number): Maker<'f32'> => maker('f32', betweenKind(low, high))
/** Numbers of a kind of your own. */
export const ofKind = (kind: Kind): Maker<'f32'> => maker('f32', kind)
/** Whole numbers of a kind of your own. */
export const wholesOfKind = (kind: Kind): Maker<'i32'> => maker('i32', kind)

/**
 * Labels of the classes of a dim.
 *
 * @example
 * const takes = [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')] as const
 */
export const labels = <const Name extends string, const S extends Dim[], const Classes extends Dim>(
  name: Name,
  shape: readonly [...S] & Literal<LiteralDims<S>>,
  classes: Classes,
): LabelArgument<Name, S, Classes> => ({
  tag: 'Tensor',
  name,
  shape,
  dtype: 'i32',
  kind: indexKind(`labels of ${classes} classes`, ({ sizes }) => knownSize(sizes)(classes)),
  indexes: classes,
})

/** A size: `size('H')` hands the dim of symbol H to the function. */
export const size = <const Name extends string>(name: Name): SizeArgument<Name> => ({ tag: 'Size', name })

/** Sizes of a shape. */
export const sizesOfShape = (shape: Shape, sizes: Sizes): readonly number[] => shape.map(knownSize(sizes))

/** Every symbol that arguments name, each once, in the order in which they occur. */
export const symbolsIn = (takes: readonly AnyArgument[]): readonly string[] => [
  ...new Set(
    takes.flatMap((argument) =>
      argument.tag === 'Size'
        ? [argument.name]
        : [...argument.shape, ...(argument.indexes === undefined ? [] : [argument.indexes])].flatMap(
            symbolsOf,
          ),
    ),
  ),
]

/** The tensors among arguments. */
export const tensorsIn = (takes: readonly AnyArgument[]): readonly AnyTensorArgument[] =>
  takes.filter((argument) => argument.tag === 'Tensor')
