/**
 * Parameters that a session keeps between runs. Each output that is the next value of one is written to a spare
 * buffer, which then changes places with the present one: nothing is copied, and a run that fails changes nothing.
 */
import type { EngineState, NamedValues } from '../../engine.js'
import type { Buffer, OnnxRuntime } from './buffer.js'
import { bufferOf, copyOf, emptyBuffer } from './buffer.js'
import type { Port } from './lowering.js'

export interface CarriedState {
  /** The present values, by parameter. */
  readonly present: ReadonlyMap<string, Buffer>
  /** Where the next values are to be written, by output. */
  readonly spare: ReadonlyMap<string, Buffer>
  /** Makes the next values the present ones. */
  readonly moveOn: () => void
  /** Copies of the present values, by parameter. */
  readonly read: () => NamedValues
  readonly write: (values: NamedValues) => void
  readonly forget: () => void
}

export const carriedState = (
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
  return {
    present,
    spare,
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
    read: () => Object.fromEntries([...present].map(([name, { value }]) => [name, copyOf(value)])),
    write: (values) => {
      for (const [name, value] of Object.entries(values)) present.set(name, bufferOf(runtime, copyOf(value)))
    },
    forget: () => {
      present.clear()
      spare.clear()
    },
  }
}
