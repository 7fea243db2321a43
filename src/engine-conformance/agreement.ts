/** Runs a program on an engine and on the oracle, and compares their outputs. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Sizes } from '../shapes/dim.js'
import { evaluate } from '../dsl/evaluate/evaluate.js'
import { explainFault } from '../dsl/fault.js'
import type { Program } from '../dsl/program.js'
import type { TensorValue } from '../values/value.js'
import { largestMagnitude } from '../values/extremes.js'
import { inSinglePrecision } from '../values/value.js'
import type { CompileOptions, Engine } from '../engines/engine.js'
import type { NamedValues } from '../values/named-values.js'
import type { EngineFailure } from '../engines/failure.js'
import { explainEngineFailure } from '../engines/explain.js'
import { reasonOf } from '../engines/reason-of.js'

/** The largest allowed difference of two numbers is `absolute + relative * |expected| + ofLargest * |largest expected|`. */
export interface Tolerance {
  readonly absolute: number
  readonly relative: number
  /** A share of the largest finite element of the expected tensor, for results that are sums of larger numbers; by default 0. */
  readonly ofLargest?: number
}

/** The tolerance for a few operations in float32. */
export const singlePrecision: Tolerance = { absolute: 2e-5, relative: 2e-5 }

/** A program with values for its leaves and sizes for its symbols. */
export interface Case {
  readonly program: Program
  readonly values: NamedValues
  readonly sizes: Sizes
}

const close = (found: number, expected: number, absolute: number, relative: number): boolean =>
  Object.is(found, expected) ||
  found === expected ||
  // A share of an infinity would allow everything.
  (Number.isFinite(expected) && Math.abs(found - expected) <= absolute + relative * Math.abs(expected))

/** The first element in which two tensors differ, in words; undefined if they agree. */
export const difference = (
  found: TensorValue | undefined,
  expected: TensorValue,
  tolerance: Tolerance,
): string | undefined => {
  if (found === undefined) return 'no such output'
  if (found.dtype !== expected.dtype || found.shape.join() !== expected.shape.join()) {
    return `${found.dtype}[${found.shape.join()}] instead of ${expected.dtype}[${expected.shape.join()}]`
  }
  if (found.data.length !== expected.data.length) {
    return `${found.data.length} elements instead of ${expected.data.length}`
  }
  // An engine rounds values to float32, so the comparison does too.
  const [left, right] = [inSinglePrecision(found.data), inSinglePrecision(expected.data)]
  const { absolute, relative, ofLargest = 0 } = tolerance
  const allowed = absolute + (ofLargest === 0 ? 0 : ofLargest * largestMagnitude(right))
  const at = right.findIndex((value, i) => !close(left[i] ?? 0, value, allowed, relative))
  return at < 0 ? undefined : `element ${at} is ${left[at]} instead of ${right[at]}`
}

/** The values of these leaves, by name. */
export const namedIn = (
  leaves: Program['inputs'] | Program['parameters'],
  values: NamedValues,
): NamedValues =>
  Object.fromEntries(
    leaves.flatMap(({ attributes: { name } }) => {
      const value = values[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

/** What a case is compiled with: its parameters are weights. */
export const compileOptionsOf = ({ program, values, sizes }: Case): CompileOptions => ({
  sizes,
  weights: namedIn(program.parameters, values),
  state: [],
})

/** Compiles a program, runs it once, disposes of it and gives its outputs. */
export const runOnce = (engine: Engine, of: Case): TE.TaskEither<EngineFailure, NamedValues> =>
  pipe(
    engine.compile(of.program, compileOptionsOf(of)),
    TE.chain(
      (executable) => () =>
        executable
          .run(namedIn(of.program.inputs, of.values))()
          .then((outcome) =>
            executable
              .dispose()()
              .then((ended) => E.apFirst(ended)(outcome)),
          ),
    ),
  )

/** A task with its failures in words. A rejected promise is also a failure. */
export const answered = <A>(task: TE.TaskEither<EngineFailure, A>): TE.TaskEither<string, A> =>
  pipe(
    TE.tryCatch(
      () => task(),
      (cause) => `it throws instead of failing with a value: ${reasonOf(cause)}`,
    ),
    TE.chainEitherK(E.mapLeft(explainEngineFailure)),
  )

/** Checks that an engine computes the oracle's outputs. Fails with the first that differs, or with the engine's failure, in words. */
export const agrees = (engine: Engine, of: Case, tolerance: Tolerance): TE.TaskEither<string, void> =>
  pipe(
    TE.fromEither(E.mapLeft(explainFault)(evaluate(of.program, of.values, of.sizes))),
    TE.bindTo('expected'),
    TE.bind('found', () => answered(runOnce(engine, of))),
    TE.chain(({ expected, found }) => {
      const [first] = Object.entries(expected).flatMap(([name, value]) => {
        const differs = difference(found[name], value, tolerance)
        return differs === undefined ? [] : [`${name}: ${differs}`]
      })
      return first === undefined ? TE.right(undefined) : TE.left(first)
    }),
  )
