/** Tries an engine on this machine: whether it computes the oracle's results, on which device, and how fast. */
import * as O from 'fp-ts/lib/Option.js'
import * as E from 'fp-ts/lib/Either.js'
import type * as T from 'fp-ts/lib/Task.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { describeEngineFailure } from '../explain.js'
import type { EngineName } from '../catalogue.js'
import { catalogue } from '../catalogue.js'
import { deviceName } from './device-name.js'
import { matmulSpeed } from './matmul-speed.js'
import { packageVersion } from './package-version.js'
import { runSmallProgram } from './small-program.js'

/** The result of trying an engine. */
export const EngineTrial = t.intersection([
  t.type({
    name: t.keyof(catalogue),
    title: t.string,
    /** Version of the package that computes; empty if it is not installed, or is this library. */
    version: t.string,
    device: t.string,
    works: t.boolean,
  }),
  t.partial({
    /** Speed of matrix products in GFLOP/s. */
    gigaflops: t.number,
    /** Why it does not work, and what to do. */
    reason: t.string,
    advice: t.string,
  }),
])
export type EngineTrial = t.TypeOf<typeof EngineTrial>

/** The facts about an engine that need no trial. */
const untried = (name: EngineName): Pick<EngineTrial, 'name' | 'title' | 'version'> => {
  const { title, library } = catalogue[name]
  return {
    name,
    title,
    version: pipe(
      O.fromNullable(library),
      O.chain(packageVersion),
      O.getOrElse(() => ''),
    ),
  }
}

/** Runs a small program on the engine and measures its speed. The task never fails: a failure is in the result. */
export const tryEngine =
  (name: EngineName): T.Task<EngineTrial> =>
  async () => {
    const { engine, device } = catalogue[name]
    const made = engine()
    const outcome = await pipe(
      runSmallProgram(made),
      TE.chain(() => matmulSpeed(made)),
    )()
    return E.isRight(outcome)
      ? {
          ...untried(name),
          works: true,
          device: await deviceName(device),
          gigaflops: Number(outcome.right.toPrecision(3)),
        }
      : failed(name, describeEngineFailure(outcome.left))
  }

/** The result for an engine that does not work. */
export const failed = (
  name: EngineName,
  { what, advice }: { readonly what: string; readonly advice: string },
): EngineTrial => ({ ...untried(name), works: false, device: '', reason: what, advice })
