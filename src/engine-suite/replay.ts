/** Runs a case on an engine again, and compares it with what is expected. */
import { performance } from 'node:perf_hooks'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Case, Tolerance } from '../engine-conformance/agreement.js'
import { answered, compileOptionsOf, difference, namedIn } from '../engine-conformance/agreement.js'
import type { Engine, Executable } from '../engines/engine.js'
import type { NamedValues } from '../values/named-values.js'
import type { LargestDifference } from './largest-difference.js'
import { largestDifference } from './largest-difference.js'

/** A case with what it must give. */
export interface ExpectedCase {
  readonly of: Case
  /** The oracle's outputs; undefined where the oracle refuses the case, so that an engine must refuse it, too. */
  readonly expected: NamedValues | undefined
  readonly tolerance: Tolerance
}

/** How a case went. */
export interface Replayed extends LargestDifference {
  /** What is wrong, in words; undefined if nothing is. */
  readonly deviation: string | undefined
  /** Of a second run, which loads and compiles nothing. */
  readonly milliseconds: number
}

const exact: Tolerance = { absolute: 0, relative: 0 }

/** The first output that differs, in words. */
const firstDifference = (
  found: NamedValues,
  expected: NamedValues,
  tolerance: Tolerance,
): string | undefined =>
  Object.entries(expected).flatMap(([name, value]) => {
    const differs = difference(found[name], value, tolerance)
    return differs === undefined ? [] : [`${name}: ${differs}`]
  })[0]

const wrong = (deviation: string): Replayed => ({
  deviation,
  absolute: Number.NaN,
  relative: Number.NaN,
  milliseconds: Number.NaN,
})

const right: Replayed = { deviation: undefined, absolute: 0, relative: 0, milliseconds: Number.NaN }

const compared = (
  [first, second, milliseconds]: readonly [NamedValues, NamedValues, number],
  expected: NamedValues,
  tolerance: Tolerance,
): Replayed => {
  const twice = firstDifference(second, first, exact)
  return {
    deviation:
      firstDifference(first, expected, tolerance) ??
      (twice === undefined ? undefined : `a second run gives other bits: ${twice}`),
    milliseconds,
    ...largestDifference(first, expected),
  }
}

const runTwice = (
  executable: Executable,
  inputs: NamedValues,
): TE.TaskEither<string, readonly [NamedValues, NamedValues, number]> =>
  pipe(
    TE.Do,
    TE.bind('first', () => answered(executable.run(inputs))),
    TE.bind('start', () => TE.fromIO(() => performance.now())),
    TE.bind('second', () => answered(executable.run(inputs))),
    TE.map(({ first, second, start }) => [first, second, performance.now() - start]),
  )

/**
 * Compiles a case, runs it twice and disposes of it. A deviation is that the outputs differ from the expected ones, that the
 * second run gives other bits, that the engine fails, or that it accepts what the oracle refuses.
 */
export const replayCase =
  (engine: Engine, { of, expected, tolerance }: ExpectedCase): (() => Promise<Replayed>) =>
  async () => {
    const outcome = await pipe(
      answered(engine.compile(of.program, compileOptionsOf(of))),
      TE.chain((executable) =>
        pipe(
          runTwice(executable, namedIn(of.program.inputs, of.values)),
          TE.chainFirst(() => answered(executable.dispose())),
        ),
      ),
    )()
    if (E.isLeft(outcome)) {
      const refused = expected === undefined && !outcome.left.startsWith('it throws')
      return refused ? right : wrong(outcome.left)
    }
    return expected === undefined
      ? wrong('the oracle refuses this case, and the engine accepts it')
      : compared(outcome.right, expected, tolerance)
  }
