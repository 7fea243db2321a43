/** Shapes in a loop along an axis: what a step is given, what it may give, and what the loop gives. */
import type { AnyTensor } from '../program.js'
import type { Tensor } from '../tensor.js'
import type { ShapeError } from '../../shapes/shape-error.js'
import type { DType } from '../../values/value.js'
import type { DimAt, DropAxis, InsertAxis, NoSuchAxis, SplitAtAxis } from '../../shapes/axis.js'
import type { Box, Fits, Invariant } from '../../shapes/decide.js'
import type { NameOf, Show } from '../../shapes/show.js'

/** A tensor, or a tuple or a record of tensors. */
export type Tensors = AnyTensor | readonly AnyTensor[] | Readonly<Record<string, AnyTensor>>

/** The entries of sequences at one step: the axis is dropped. */
export type Slices<X, Axis extends number> =
  X extends Tensor<infer S, infer D>
    ? Tensor<DropAxis<S, Axis>, D>
    : {
        readonly [K in keyof X]: X[K] extends Tensor<infer S, infer D> ? Tensor<DropAxis<S, Axis>, D> : never
      }

/** The outputs of all steps: the axis is put back, with the number of steps. */
export type Stacked<O, Length, Axis extends number> =
  O extends Tensor<infer S extends unknown[], infer D>
    ? Tensor<InsertAxis<S, Axis, Length>, D>
    : {
        readonly [K in keyof O]: O[K] extends Tensor<infer S extends unknown[], infer D>
          ? Tensor<InsertAxis<S, Axis, Length>, D>
          : never
      }

/** The members of a tuple or a record, or the tensor itself. */
type Members<X> = X extends AnyTensor ? X : X extends readonly unknown[] ? X[number] : X[keyof X]

/** The number of steps: the dim at the axis of the sequences. A union where they differ. */
export type StepsOf<X, Axis extends number> = DimOfMember<Members<X>, Axis>

type DimOfMember<Member, Axis extends number> =
  Member extends Tensor<infer S, infer _ extends DType> ? DimAt<S, Axis> : never

/** `Fits`, or `scan: sequence y has U positions along axis 1, another has T`. */
export type Sequences<X, Axis extends number> = Verdict<
  X extends AnyTensor
    ? SequenceProblem<X, 'sequences', Axis, StepsOf<X, Axis>>
    : X extends readonly unknown[]
      ? { [K in keyof X]: SequenceProblem<X[K], K, Axis, StepsOf<X, Axis>> }[number]
      : { [K in keyof X]: SequenceProblem<X[K], K, Axis, StepsOf<X, Axis>> }[keyof X]
>

type Verdict<Problem> = [Problem] extends [never] ? Fits : ShapeError<Problem>

type SequenceProblem<Sequence, Name, Axis extends number, Steps> =
  Sequence extends Tensor<infer S, infer _ extends DType>
    ? SplitAtAxis<S, Axis> extends [unknown, infer Size, unknown]
      ? Box<Steps> extends Box<Size>
        ? never
        : `scan: sequence ${Name & string} has ${NameOf<Size>} positions along axis ${Axis}, another has ${NameOf<Exclude<Steps, Size>>}`
      : NoSuchAxis<S, Axis>
    : never

/** `Fits`, or `scan: carry h is [B,4], but [B,8] after a step`. */
export type Kept<Before, After> = Verdict<
  Before extends AnyTensor
    ? CarryProblem<Before, After, 'carry'>
    : Before extends readonly unknown[]
      ? { [K in keyof Before]: CarryAt<Before[K], After, K> }[number]
      : { [K in keyof Before]: CarryAt<Before[K], After, K> }[keyof Before]
>

type CarryAt<Before, After, Name> = Name extends keyof After
  ? CarryProblem<Before, After[Name], `carry ${Name & string}`>
  : `scan: a step gives no carry ${Name & string}`

type CarryProblem<Before, After, Label extends string> =
  Before extends Tensor<infer S, infer D>
    ? After extends Tensor<infer Next, infer NextD>
      ? Invariant<S> extends Invariant<Next>
        ? Invariant<D> extends Invariant<NextD>
          ? never
          : `scan: ${Label} is ${D}, but ${NextD} after a step`
        : `scan: ${Label} is [${Show<S>}], but [${Show<Next>}] after a step`
      : `scan: a step gives no ${Label}`
    : never

/** `Fits`, or the sentence of an axis that the outputs cannot have. */
export type Insertable<O, Axis extends number> = Verdict<
  O extends AnyTensor
    ? InsertProblem<O, Axis>
    : O extends readonly unknown[]
      ? { [K in keyof O]: InsertProblem<O[K], Axis> }[number]
      : { [K in keyof O]: InsertProblem<O[K], Axis> }[keyof O]
>

type InsertProblem<Output, Axis extends number> =
  Output extends Tensor<infer S extends unknown[], infer _ extends DType>
    ? InsertAxis<S, Axis, 1> extends ShapeError<infer Sentence>
      ? Sentence
      : never
    : never
