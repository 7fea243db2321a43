/**
 * Relative errors of elementwise functions and their gradients where arguments are tiny, large, or near 0: an absolute
 * tolerance says nothing about results that are small themselves, and their logarithm is then wrong.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as b from '../dsl/builder.js'
import { evaluate } from '../dsl/evaluate/evaluate.js'
import { explainFault } from '../dsl/fault.js'
import type { Node } from '../dsl/primitives/primitive.js'
import { programOfNodes } from '../dsl/program.js'
import { gradientNodes } from '../dsl/transformations/reverse-mode.js'
import type { Engine } from '../engines/engine.js'
import type { NamedValues } from '../values/named-values.js'
import { inSinglePrecision } from '../values/value.js'
import { answered, runOnce } from './agreement.js'
import type { ConformanceCheck } from './check.js'
import { f32 } from './drawn-values.js'

/** Below the smallest normal float32, engines may give 0. */
const smallestNormal = 1.1754944e-38

/** A float32 near 0 is allowed to be wrong by this in functions whose formula subtracts numbers near 1. */
const besideOne = 2e-7

/** A function of one number that is checked in its tails. */
export interface Tail {
  readonly subject: string
  readonly of: (x: Node) => Node
  /**
   * Differences that are allowed whatever the size of the result: of the value, and of the gradient. Where they are
   * not 0, `because` says why.
   */
  readonly absolute: readonly [value: number, gradient: number]
  readonly because: string
}

const exact = (subject: string, of: (x: Node) => Node): Tail => ({
  subject,
  of,
  absolute: [0, 0],
  because: '',
})

/** The functions that are checked. The list of those with an absolute allowance is the list of known losses. */
export const tails: readonly Tail[] = [
  exact('abs', b.abs),
  exact('sqrt', b.sqrt),
  exact('rsqrt', b.rsqrt),
  exact('exp', b.exp),
  exact('expm1', b.expm1),
  exact('log', b.log),
  exact('log1p', b.log1p),
  exact('erf', b.erf),
  exact('relu', b.relu),
  exact('softplus', b.softplus),
  // Between -80, below which float32 has no such sigmoid, and 0, above which the sigmoid is rounded beside 1.
  exact('log of sigmoid', (x) => b.log(b.sigmoid(b.maximum(b.minimum(x, b.scalar(0)), b.scalar(-80))))),
  exact('reciprocal', (x) => b.div(b.scalar(1), x)),
  exact('square', (x) => b.mul(x, x)),
  exact('power -1.5', (x) => b.pow(b.abs(x), b.scalar(-1.5))),
  exact('power 0.3', (x) => b.pow(b.abs(x), b.scalar(0.3))),
  {
    subject: 'sigmoid',
    of: b.sigmoid,
    absolute: [0, besideOne],
    because: 'the gradient is y (1 - y), and y is rounded beside 1',
  },
  {
    subject: 'tanh',
    of: b.tanh,
    absolute: [0, 2 * besideOne],
    because: 'the gradient is 1 - y², and y is rounded beside 1',
  },
  {
    subject: 'gelu',
    of: b.gelu,
    absolute: [8 * besideOne, 8 * besideOne],
    because: 'x (1 + erf(x / √2)) / 2: erf is rounded beside -1, and multiplied by x',
  },
  {
    subject: 'silu',
    of: (x) => b.mul(x, b.sigmoid(x)),
    absolute: [100 * besideOne, 100 * besideOne],
    because: 'the sigmoid is a gate, whose error of 1e-7 is multiplied by x',
  },
  {
    subject: 'sin',
    of: b.sin,
    absolute: [1e-6, 1e-6],
    because: 'near a multiple of π the argument itself is rounded',
  },
  {
    subject: 'cos',
    of: b.cos,
    absolute: [1e-6, 1e-6],
    because: 'near an odd multiple of π / 2 the argument itself is rounded',
  },
]

const both = (magnitude: number): readonly number[] => [magnitude, -magnitude]

/** Arguments of all magnitudes from 1e-38 to 77, and every quarter up to 100. */
const places: readonly number[] = [
  ...Array.from({ length: 40 }, (_, i) => i - 38).flatMap((exponent) =>
    [1.2, 1.7, 2.3, 4.1, 7.7].flatMap((digits) => both(digits * 10 ** exponent)),
  ),
  ...Array.from({ length: 400 }, (_, i) => (i + 1) / 4).flatMap(both),
]

/** The largest relative error of a result, and where it is. */
export interface TailError {
  readonly relative: number
  readonly at: number
  readonly found: number
  readonly expected: number
}

const none: TailError = { relative: 0, at: 0, found: 0, expected: 0 }

const relativeError = (found: number, expected: number, allowed: number): number => {
  if (Object.is(found, expected) || found === expected) return 0
  const excess = Math.abs(found - expected) - allowed
  if (excess <= 0 || (Math.abs(found) < smallestNormal && Math.abs(expected) < smallestNormal)) return 0
  const relative = excess / Math.max(Math.abs(expected), smallestNormal)
  return Number.isNaN(relative) ? Infinity : relative
}

const worst = (found: NamedValues, expected: NamedValues, name: string, allowed: number): TailError => {
  const [left, right] = [found[name], expected[name]].map((value) => inSinglePrecision(value?.data ?? []))
  return places.reduce((largest, at, i) => {
    const [one, other] = [left?.[i] ?? Number.NaN, right?.[i] ?? Number.NaN]
    const relative = relativeError(one, other, allowed)
    return relative > largest.relative ? { relative, at, found: one, expected: other } : largest
  }, none)
}

/** The largest relative errors of a function and of its gradient on an engine, beyond what is allowed absolutely. */
export interface TailErrors extends Pick<Tail, 'subject' | 'absolute'> {
  readonly value: TailError
  readonly gradient: TailError
}

/** Measures one function on an engine. Fails with the engine's failure, in words. */
export const tailErrors = (
  engine: Engine,
  { subject, of, absolute }: Tail,
): TE.TaskEither<string, TailErrors> => {
  const x = b.input('x', [places.length])
  const value = of(x)
  const [gradient] = gradientNodes(b.sum(value, [0]), [x])
  const outputs: Readonly<Record<string, Node>> = gradient === undefined ? { value } : { value, gradient }
  const values = { x: f32([places.length], places) }
  return pipe(
    TE.fromEither(E.mapLeft(explainFault)(programOfNodes(outputs))),
    TE.bindTo('program'),
    TE.bind('expected', ({ program }) =>
      TE.fromEither(E.mapLeft(explainFault)(evaluate(program, values, {}))),
    ),
    TE.bind('found', ({ program }) => answered(runOnce(engine, { program, values, sizes: {} }))),
    TE.map(({ found, expected }) => ({
      subject,
      absolute,
      value: worst(found, expected, 'value', absolute[0]),
      gradient: worst(found, expected, 'gradient', absolute[1]),
    })),
  )
}

const complaint = (what: string, { relative, at, found, expected }: TailError): string =>
  `${what} at ${at} is ${found} instead of ${expected}: a relative error of ${relative.toPrecision(2)}`

export const tailChecks: readonly ConformanceCheck[] = tails.map((tail) => ({
  area: 'tails',
  subject: tail.subject,
  run: (engine, { tolerance }) =>
    pipe(
      tailErrors(engine, tail),
      TE.chain(({ value, gradient }) =>
        value.relative > tolerance.relative
          ? TE.left(complaint('the value', value))
          : gradient.relative > tolerance.relative
            ? TE.left(complaint('the gradient', gradient))
            : TE.right(undefined),
      ),
    ),
}))
