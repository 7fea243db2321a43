/** The state that a session keeps between runs, in host memory or on the device. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { EngineState } from '../engine.js'
import { copyOf } from '../../values/value.js'
import type { NamedValues } from '../../values/named-values.js'
import type { EngineFailure } from '../failure.js'
import type { Buffer, OnnxRuntime } from './buffer.js'
import { bufferOf, emptyBuffer } from './buffer.js'
import type { Port } from '../ports.js'
import type { Fetches, SessionTensors } from './session.js'

export interface CarriedState {
  /** The current values, by parameter. */
  readonly feeds: () => SessionTensors
  /** The tensors that a run writes the next values to, by their names in the graph. */
  readonly fetches: () => Fetches
  /** Makes the results of a run the current values. It is called only after a run that succeeded. */
  readonly moveOn: (results: SessionTensors) => void
  /** Copies of the current values, by parameter. */
  readonly read: TE.TaskEither<EngineFailure, NamedValues>
  readonly write: (values: NamedValues) => void
  readonly forget: () => void
}

/**
 * State in host memory, with two buffers for each parameter: a run reads one and writes the other, then they change
 * places. Nothing is copied.
 */
export const stateOnHost = (
  runtime: OnnxRuntime,
  carried: readonly EngineState[],
  outputs: Readonly<Record<string, Port>>,
): CarriedState => {
  const present = new Map<string, Buffer>()
  const spare = new Map<string, Buffer>()
  for (const { parameter, output, initial } of carried) {
    present.set(parameter, bufferOf(runtime, copyOf(initial)))
    const port = outputs[output]
    if (port !== undefined) spare.set(output, emptyBuffer(runtime, port))
  }
  const nameInGraph = (output: string): string => outputs[output]?.name ?? output
  return {
    feeds: () => Object.fromEntries([...present].map(([name, { tensor }]) => [name, tensor])),
    fetches: () => Object.fromEntries([...spare].map(([name, { tensor }]) => [nameInGraph(name), tensor])),
    moveOn: () => {
      const before = new Map(present)
      const written = new Map(spare)
      for (const { parameter, output } of carried) {
        const [next, free] = [written.get(output), before.get(parameter)]
        if (next === undefined || free === undefined) continue
        present.set(parameter, next)
        spare.set(output, free)
      }
    },
    read: TE.fromIO(() => Object.fromEntries([...present].map(([name, { value }]) => [name, copyOf(value)]))),
    write: (values) => {
      for (const [name, value] of Object.entries(values)) present.set(name, bufferOf(runtime, copyOf(value)))
    },
    forget: () => {
      present.clear()
      spare.clear()
    },
  }
}
