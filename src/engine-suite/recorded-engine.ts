/** An engine that notes each case before it computes it, so that the last one is known, whatever comes after. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Case } from '../engine-conformance/agreement.js'
import type { CompileOptions, Engine } from '../engines/engine.js'
import type { NamedValues } from '../values/named-values.js'

/** Values of parameters: weights, and what the state begins with. */
const parametersIn = ({ weights, state }: CompileOptions): NamedValues => ({
  ...weights,
  ...Object.fromEntries(state.map(({ parameter, initial }) => [parameter, initial])),
})

/** The same engine, which calls `note` before a program is compiled and before each run. */
export const recordedEngine = (engine: Engine, note: (of: Case) => void): Engine => ({
  name: engine.name,
  compile: (program, options) =>
    pipe(
      TE.fromIO(() => note({ program, values: parametersIn(options), sizes: options.sizes })),
      TE.chain(() => engine.compile(program, options)),
      TE.map((executable) => ({
        ...executable,
        run: (inputs) =>
          pipe(
            TE.fromIO(() =>
              note({ program, values: { ...parametersIn(options), ...inputs }, sizes: options.sizes }),
            ),
            TE.chain(() => executable.run(inputs)),
          ),
      })),
    ),
})
