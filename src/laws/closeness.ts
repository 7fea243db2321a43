/** Comparison of two results up to a tolerance, with a verdict for messages. */
import type { TensorValue } from '../values/value.js'
import type { Side, Verdict } from './experiment.js'
import { holds } from './experiment.js'

/**
 * Two numbers are close if they differ by at most `relative` times (the larger of them plus the scale of the trial):
 * a loss of logits around 1e4 cannot be exact to more digits than the logits themselves.
 */
export interface ScaledTolerance {
  readonly relative: number
  /** The largest finite number that the function was given, at least 1. */
  readonly scale: number
}

/** The largest allowed difference of two numbers. */
const allowance = ({ relative, scale }: ScaledTolerance, a: number, b: number): number => {
  const larger = Math.max(Math.abs(a), Math.abs(b))
  return relative * ((Number.isFinite(larger) ? larger : 0) + scale)
}

/** Infinities of one sign agree; NaN agrees with nothing. */
const gap = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b))

/** The numbers of a side: a tensor's elements, or one number. */
const elementsOf = ({ value }: Side): ArrayLike<number> => (typeof value === 'number' ? [value] : value.data)

const shapeOf = ({ value }: Side): string => (typeof value === 'number' ? '' : value.shape.join())

/** The relation that should hold between left and right. */
type Relation = '=' | '≤' | '≥'

/** By how much a pair breaks the relation beyond the allowed difference; at most 0 if it holds. */
type Excess = (a: number, b: number, allowed: number) => number

const relations = {
  '=': (a, b, allowed) => gap(a, b) - allowed,
  '≤': (a, b, allowed) => (a <= b ? 0 : a - b - allowed),
  '≥': (a, b, allowed) => (a >= b ? 0 : b - a - allowed),
} satisfies Record<Relation, Excess>

const compare = (relation: Relation, left: Side, right: Side, tolerance: ScaledTolerance): Verdict => {
  const [a, b] = [elementsOf(left), elementsOf(right)]
  const broken = (difference: number, allowed: number): Verdict => ({
    tag: 'Broken',
    disagreement: { tag: 'Apart', left, relation, right, difference, allowed },
  })
  if (typeof right.value !== 'number' && shapeOf(left) !== shapeOf(right)) return broken(Number.NaN, 0)
  for (let i = 0; i < a.length; i += 1) {
    const [x, y] = [a[i] ?? Number.NaN, b[typeof right.value === 'number' ? 0 : i] ?? Number.NaN]
    const allowed = allowance(tolerance, x, y)
    // NaN is not at most 0 either.
    if (!(relations[relation](x, y, allowed) <= 0)) return broken(gap(x, y), allowed)
  }
  return holds
}

/** Every element equal, up to the tolerance; a number on the right stands for all elements. */
export const equalTo = (left: Side, right: Side, tolerance: ScaledTolerance): Verdict =>
  compare('=', left, right, tolerance)

/** Every element at most as large, up to the tolerance. */
export const atMost = (left: Side, right: Side, tolerance: ScaledTolerance): Verdict =>
  compare('≤', left, right, tolerance)

/** Every element at least as large, up to the tolerance. */
export const atLeast = (left: Side, right: Side, tolerance: ScaledTolerance): Verdict =>
  compare('≥', left, right, tolerance)

/** Every element finite. */
export const allFinite = (side: Side & { readonly value: TensorValue }): Verdict =>
  side.value.data.every((element) => Number.isFinite(element))
    ? holds
    : { tag: 'Broken', disagreement: { tag: 'NotFinite', side } }

/** The first verdict that is broken, if one is. */
export const allOf = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.find(({ tag }) => tag === 'Broken') ?? holds
