/** An engine for tests of effects: it ignores the program, counts its runs in the state `count`, and returns its inputs. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Engine } from '../../src/engines/engine.js'
import type { NamedValues } from '../../src/values/named-values.js'

export const countingEngine: Engine = {
  name: 'counting',
  compile: (_program, { state }) =>
    TE.fromIO(() => {
      let values: NamedValues = Object.fromEntries(
        state.map(({ parameter, initial }) => [parameter, initial]),
      )
      return {
        run: (inputs) =>
          TE.fromIO(() => {
            const count = values['count']?.data[0] ?? 0
            values = { ...values, count: { dtype: 'i32', shape: [], data: Int32Array.of(count + 1) } }
            return inputs
          }),
        readState: () => TE.fromIO(() => values),
        writeState: (next) =>
          TE.fromIO(() => {
            values = next
          }),
        dispose: () => TE.right(undefined),
      }
    }),
}
