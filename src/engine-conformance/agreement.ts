/** Running a program on an engine and on the oracle, and comparing what they answer. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Sizes } from '../dsl/dim.js'
import { evaluate } from '../dsl/evaluate/evaluate.js'
import { explainFault } from '../dsl/fault.js'
import type { Program } from '../dsl/program.js'
import type { TensorValue } from '../dsl/values/value.js'
import { inSinglePrecision } from '../dsl/values/value.js'
import type { Engine } from '../engines/engine.js'
import type { NamedValues } from '../dsl/values/named-values.js'
import type { EngineFailure } from '../engines/failure.js'
import { explainEngineFailure } from '../engines/explain.js'

/** How far two numbers may be apart: `absolute + relative * |expected|`. */
export interface Tolerance {
  readonly absolute: number
  readonly relative: number
}

/** What rounding to 32 bits does to a few operations in a row. */
export const singlePrecision: Tolerance = { absolute: 2e-5, relative: 2e-5 }

/** A program with all that it needs to run. */
export interface Case {
  readonly program: Program
  readonly values: NamedValues
  readonly sizes: Sizes
}

const close = (found: number, expected: number, { absolute, relative }: Tolerance): boolean =>
  Object.is(found, expected) ||
  found === expected ||
  Math.abs(found - expected) <= absolute + relative * Math.abs(expected)

/** The first element in which two tensors differ, in words. */
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
  // What float32 cannot hold, it rounds: so does the comparison.
  const [left, right] = [inSinglePrecision(found.data), inSinglePrecision(expected.data)]
  const at = right.findIndex((value, i) => !close(left[i] ?? 0, value, tolerance))
  return at < 0 ? undefined : `element ${at} is ${left[at]} instead of ${right[at]}`
}

/** The values of some leaves of a program. */
const namedIn = (leaves: Program['inputs'] | Program['parameters'], values: NamedValues): NamedValues =>
  Object.fromEntries(
    leaves.flatMap(({ attributes: { name } }) => {
      const value = values[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

/** What an engine makes of a program, compiled, run once and disposed of. */
export const runOnce = (
  engine: Engine,
  { program, values, sizes }: Case,
): TE.TaskEither<EngineFailure, NamedValues> =>
  pipe(
    engine.compile(program, { sizes, weights: namedIn(program.parameters, values), state: [] }),
    TE.chain(
      (executable) => () =>
        executable
          .run(namedIn(program.inputs, values))()
          .then((outcome) =>
            executable
              .dispose()()
              .then((ended) => E.apFirst(ended)(outcome)),
          ),
    ),
  )

/** A task whose promise may be rejected: that, too, is an answer in words. */
export const answered = <A>(task: TE.TaskEither<EngineFailure, A>): TE.TaskEither<string, A> =>
  pipe(
    TE.tryCatch(
      () => task(),
      (cause) => `it throws instead of answering: ${cause instanceof Error ? cause.message : String(cause)}`,
    ),
    TE.chainEitherK(E.mapLeft(explainEngineFailure)),
  )

/** Holds an engine to the oracle: the first output that differs, or the failure, in words. */
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
