/** What differs between the packages of ONNX Runtime: `onnxruntime-node` in Node, `onnxruntime-web` in a tab. */
import type { InferenceSession } from 'onnxruntime-node'
import type * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { EngineFailed } from '../failure.js'
import type { Turns } from '../one-at-a-time.js'
import type { OnnxRuntime } from './buffer.js'
import type { Model } from './model.js'
import type { Dialect } from './provider.js'

/** A package of ONNX Runtime with a provider. Lowering, state and the order of runs are the same for all. */
export interface Binding {
  /** The name in failures. */
  readonly engine: string
  readonly load: TE.TaskEither<EngineFailed, OnnxRuntime>
  /** The operators and number formats of the lowering. Fails if the provider does not support the precision. */
  readonly dialect: E.Either<EngineFailed, Dialect>
  /** How a session for a model is made, apart from the places of its results. */
  readonly options: (model: Model) => InferenceSession.SessionOptions
  /** Whether a run writes its results to tensors that it is given. Otherwise it gives new ones. */
  readonly fillsTensors: boolean
  /** Whether results that are next values of the state stay on the device. */
  readonly keepsTensors: boolean
  /** How state is copied from the device: by the tensors themselves, or by a session whose results are in host memory. */
  readonly download: 'by tensor' | 'by session'
  /** The queue of one executable. Where all sessions share an instance that does one thing at a time, it is one for all. */
  readonly turns: () => Turns
  /** What to do if a session cannot be made. */
  readonly advice: string
}
