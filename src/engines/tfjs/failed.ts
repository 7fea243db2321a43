/** Errors that TensorFlow.js throws, as failures. */
import type { EngineFailed } from '../failure.js'
import type { Backend } from './backend.js'
import { reasonOf } from '../reason-of.js'

/** The name of the engine on a backend: `tfjs-wasm`. */
export const engineName = (backend: Backend): string => `tfjs-${backend}`

const adviceFor = (reason: string): string =>
  /not registered/.test(reason)
    ? "the backend lacks an operation: try another backend, or the engine 'onnx'"
    : /memory|alloc/i.test(reason)
      ? 'give smaller sizes: fewer images or classes at a time'
      : "run the program with the engine 'reference' to see whether the program is at fault"

/** The failure for an error that was thrown at a stage. */
export const thrown =
  (backend: Backend, stage: EngineFailed['stage']) =>
  (cause: unknown): EngineFailed => {
    const reason = reasonOf(cause)
    return { tag: 'EngineFailed', engine: engineName(backend), stage, reason, advice: adviceFor(reason) }
  }
