/**
 * Effects as promises, for programs that use no other part of the effects. Bundles for browsers have `perform-in-tab.ts` in
 * the place of this module, by the field `browser` of `package.json`.
 */
import * as E from 'fp-ts/lib/Either.js'
import type * as Effect from '../effects/effect.js'
import { explain } from '../effects/explain.js'
import { interpret } from '../effects/interpreter.js'
import type { Engine } from '../engines/engine.js'

/** Where programs are computed. */
export interface EngineChoice {
  readonly engine: Engine
}

/**
 * Runs an effect on an engine, in Node here; lines are printed to standard output. The promise is rejected with an `Error` whose
 * message says what failed and what to do; its `cause` is the `Failure`.
 */
export const performHere = async <A>(effect: Effect.Effect<A>, { engine }: EngineChoice): Promise<A> => {
  const { nodeRuntime, printingTerminal } = await import('../effects/runtimes/node-runtime.js')
  const outcome = await interpret(effect)(nodeRuntime(engine, printingTerminal))()
  if (E.isLeft(outcome)) throw new Error(explain(outcome.left), { cause: outcome.left })
  return outcome.right
}
