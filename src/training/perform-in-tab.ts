/** Effects as promises, in a browser: bundles have this module in the place of `perform-here.ts`. */
import * as E from 'fp-ts/lib/Either.js'
import type * as Effect from '../effects/effect.js'
import { explain } from '../effects/explain.js'
import { interpret } from '../effects/interpreter.js'
import { inertLines } from '../effects/printable.js'
import { silentTerminal } from '../effects/runtimes/terminal.js'
import { webRuntime } from '../effects/runtimes/web/web-runtime.js'
import type { EngineChoice } from './perform-here.js'

/**
 * Runs an effect on an engine, in a browser; files are in memory, and lines are printed to the console. The promise is
 * rejected with an `Error` whose message says what failed and what to do; its `cause` is the `Failure`.
 */
export const performHere = async <A>(effect: Effect.Effect<A>, { engine }: EngineChoice): Promise<A> => {
  const printing = { ...silentTerminal, printLine: (line: string) => console.log(inertLines(line)) }
  const outcome = await interpret(effect)(webRuntime(engine, printing))()
  if (E.isLeft(outcome)) throw new Error(explain(outcome.left), { cause: outcome.left })
  return outcome.right
}
