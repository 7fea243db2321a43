/** A loop along an axis: recurrent networks, filters, samplers, any state that is carried from step to step. */
import * as b from '../builder.js'
import type { Dim } from '../../shapes/dim.js'
import { sameShape, showShape } from '../../shapes/dim.js'
import { erasedStructure } from '../erasure.js'
import { faulty, placeholder } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import { expectAxis } from '../primitives/shape-checks.js'
import type { Literal } from '../../shapes/decide.js'
import type { Insertable, Kept, Sequences, Slices, Stacked, StepsOf, Tensors } from '../shape/scan.js'
import type { LoopResults } from '../transformations/close-loop.js'
import { closeLoop } from '../transformations/close-loop.js'
import { frontAxis, newAxis } from './axis.js'
import type { Member } from './layout/structure.js'
import { membersOf, rebuilt } from './layout/structure.js'

/** What a loop starts from and runs along. */
export interface ScanOptions<C, X, Axis> {
  /** The state before the first step. */
  readonly carry: C
  /** Tensors of which each step reads one position. */
  readonly sequences: X
  /** The axis of all sequences and outputs; 0 where none is given. */
  readonly axis?: Axis
  /** Whether the last position is the first step. */
  readonly reverse?: boolean
}

/** What a step gives. */
export interface ScanStep<N, O> {
  /** The state after the step. */
  readonly carry: N
  /** Tensors that are kept of each step. */
  readonly outputs?: O
}

/**
 * A loop along an axis of tensors, its length a symbol or a size. Each step gets the carry and the slices of the
 * sequences at one position, without the axis; it gives the next carry, of the same shape and element type, and outputs.
 * The loop gives the last carry, and the outputs of all steps stacked along the axis, each at the position that its step
 * read. Carry, sequences and outputs are each a tensor, a tuple or a record of tensors. It is `jax.lax.scan`, with any
 * axis.
 *
 * The step is a function of tensors that is called once, while the program is built. It may use any tensor around it:
 * what does not depend on the carry or the slices is computed once, before the loop. A step that needs its number takes
 * `iota([length], 0)` as a sequence.
 *
 * Gradients flow through real carries, sequences and all that the step uses. They need the carries before each step:
 * memory of length x carry; all else of a step is computed a second time.
 *
 * A fault: sequences of different lengths, an axis that a sequence or an output has no place for, a carry that changes its
 * shape or type, and any fault in the step.
 *
 * @example
 * const x = input('x', ['B', 'T', 3])
 * const w = parameter('w', [3, 3])
 * const { carry, outputs } = scan({ carry: full(['B', 3], 0), sequences: x, axis: 1 }, (h, at) => {
 *   const next = tanh(add(matmul(h, w), at))
 *   return { carry: next, outputs: next }
 * }) // carry: [B,3], outputs: [B,T,3]
 */
export const scan = <
  const C extends Tensors,
  const X extends Tensors,
  const N extends Tensors,
  const O extends Tensors = Readonly<Record<never, never>>,
  const Axis extends number = 0,
>(
  along: ScanOptions<C, X & Literal<Sequences<X, Axis>>, Axis>,
  step: (
    carry: C,
    slices: Slices<X, Axis>,
  ) => ScanStep<N & Literal<Kept<C, N>>, O & Literal<Insertable<O, Axis>>>,
): { readonly carry: C; readonly outputs: Stacked<O, StepsOf<X, Axis>, Axis> } => {
  const { carry, outputs } = untypedScan(along, (before, slices) =>
    step(erasedStructure(before), erasedStructure(slices)),
  )
  return { carry: erasedStructure(carry), outputs: erasedStructure(outputs) }
}

/** `scan` without types of shapes. */
export const untypedScan = (
  along: ScanOptions<Tensors, Tensors, number>,
  step: (carry: Tensors, slices: Tensors) => ScanStep<Tensors, Tensors>,
): { readonly carry: Tensors; readonly outputs: Tensors } => {
  const sequences = membersOf(along.sequences)
  const initial = membersOf(along.carry)
  const axis = along.axis ?? 0
  const carries = initial.map(([name, { shape, dtype }]) => placeholder(name, shape, dtype))
  const slices = sequences.map(([name, { shape, dtype }]) => {
    const at = frontAxis(axis, shape.length)
    return placeholder(
      name,
      shape.filter((_, i) => i !== at),
      dtype,
    )
  })
  const given = step(rebuilt(along.carry, carries), rebuilt(along.sequences, slices))
  const next = new Map(membersOf(given.carry))
  const form: Tensors = given.outputs ?? {}
  const outputs = membersOf(form)
  const steps = lengthOf(sequences, axis)
  const problem =
    'problem' in steps ? steps.problem : (carryProblem(initial, next) ?? placeProblem(outputs, axis))
  const results =
    'problem' in steps || problem !== undefined
      ? broken(problem ?? '', [...initial, ...sequences], initial.length, outputs.length)
      : closeLoop({
          carries: initial.map(([name, before], i) => ({
            leaf: carries[i] ?? before,
            initial: before,
            next: next.get(name) ?? before,
          })),
          sequences: sequences.map(([, of], i) => ({
            leaf: slices[i] ?? of,
            of: toFront(of, frontAxis(axis, of.shape.length)),
          })),
          stacked: outputs.map(([, of]) => of),
          length: steps.length,
          reverse: along.reverse ?? false,
        })
  return {
    carry: rebuilt(along.carry, results.carries),
    outputs: rebuilt(
      form,
      results.stacked.map((of) => fromFront(of, axis)),
    ),
  }
}

/** The number of steps, or what keeps the sequences from having one. */
const lengthOf = (
  sequences: readonly Member[],
  axis: number,
): { readonly length: Dim } | { readonly problem: string } => {
  const sizes = sequences.map(([, { shape }]) => shape[frontAxis(axis, shape.length)])
  const [length] = sizes
  if (sequences.length === 0) return { problem: 'scan: there is no sequence; take iota([length], 0)' }
  const [strange] = sequences.flatMap(([, { shape }]) => {
    const front = frontAxis(axis, shape.length)
    return expectAxis(front, shape) === undefined ? [] : [`axis ${axis} is not in ${showShape(shape)}`]
  })
  if (strange !== undefined || length === undefined) return { problem: strange ?? '' }
  const other = sizes.find((size) => size !== length)
  return other === undefined
    ? { length }
    : {
        problem: `scan: sequence ${sequences[0]?.[0]} has ${length} positions along axis ${axis}, another has ${other}`,
      }
}

/** A carry that a step does not give, or gives in another shape or element type. What has a fault of its own passes. */
const carryProblem = (initial: readonly Member[], next: ReadonlyMap<string, Node>): string | undefined => {
  for (const [name, before] of initial) {
    const after = next.get(name)
    const label = name === '' ? 'carry' : `carry ${name}`
    if (after === undefined) return `scan: a step gives no ${label}`
    if (after.fault !== undefined || before.fault !== undefined) continue
    if (!sameShape(before.shape, after.shape)) {
      return `scan: ${label} is ${showShape(before.shape)}, but ${showShape(after.shape)} after a step`
    }
    if (before.dtype !== after.dtype) {
      return `scan: ${label} is ${before.dtype}, but ${after.dtype} after a step`
    }
  }
  return undefined
}

const placeProblem = (outputs: readonly Member[], axis: number): string | undefined =>
  outputs.map(([, { shape }]) => newAxis(axis, shape)).find((place) => typeof place === 'string')

/** The results of a loop that cannot be made: each has the fault. */
const broken = (
  problem: string,
  operands: readonly Member[],
  carries: number,
  stacked: number,
): LoopResults => {
  const fault = (): Node =>
    faulty(
      'scan',
      problem,
      operands.map(([, of]) => of),
    )
  return {
    carries: Array.from({ length: carries }, fault),
    stacked: Array.from({ length: stacked }, fault),
  }
}

const toFront = (x: Node, axis: number): Node =>
  b.transpose(x, [axis, ...x.shape.map((_, i) => i).filter((i) => i !== axis)])

/** The first axis moved to the place of a new axis. */
const fromFront = (x: Node, axis: number): Node => {
  const to = newAxis(axis, x.shape.slice(1))
  if (x.fault !== undefined || typeof to === 'string') return x
  return b.transpose(
    x,
    x.shape.map((_, i) => (i < to ? i + 1 : i === to ? 0 : i)),
  )
}
