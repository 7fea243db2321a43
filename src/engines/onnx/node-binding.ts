/** The package `onnxruntime-node`. */
import type { InferenceSession } from 'onnxruntime-node'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { EngineFailed } from '../failure.js'
import { oneAtATime } from '../one-at-a-time.js'
import type { Binding } from './binding.js'
import type { OnnxRuntime } from './buffer.js'
import type { Model } from './model.js'
import type { SessionSettings } from './provider.js'
import { adviceFor, dialectOf, keepsTensors } from './provider.js'
import { failed, optimizationLevel, optimizationLevels } from './session.js'

/** npm leaves the package out without a word where its install script fails. */
const installAdvice =
  "it is an optional dependency, which npm leaves out where its install script cannot fetch CUDA's libraries; without these: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node"

/**
 * Imports the library. Its telemetry writes a device id and a database into the user's cache folder and sends events to
 * its maker (onnxruntime-node 1.30); it reads this variable when it is loaded. Who wants it sets the variable to 0.
 */
export const onnxRuntime: TE.TaskEither<EngineFailed, OnnxRuntime> = TE.tryCatch(
  () => {
    process.env['ORT_DISABLE_TELEMETRY'] ??= '1'
    return import('onnxruntime-node')
  },
  failed('onnx', 'load', () => installAdvice),
)

const options =
  ({ provider, threads, packWeights, graphOptimization }: SessionSettings) =>
  (model: Model): InferenceSession.SessionOptions => ({
    executionProviders: [provider],
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    graphOptimizationLevel:
      graphOptimization === undefined
        ? optimizationLevel(model, provider === 'cpu')
        : optimizationLevels[graphOptimization],
    // A quarter less memory at the same speed.
    enableMemPattern: false,
    enableCpuMemArena: true,
    extra: {
      session: {
        // Two sessions that wait by spinning halve each other's speed.
        intra_op: { allow_spinning: '0' },
        disable_prepacking: packWeights ? '0' : '1',
      },
    },
  })

/** `onnxruntime-node` with a provider. Its tensors on a device cannot be read (1.30), so a session copies them. */
export const nodeBinding = (settings: SessionSettings): Binding => ({
  engine: 'onnx',
  load: onnxRuntime,
  dialect: dialectOf(settings.provider, settings.precision),
  options: options(settings),
  fillsTensors: !keepsTensors[settings.provider],
  keepsTensors: keepsTensors[settings.provider],
  download: 'by session',
  turns: oneAtATime,
  advice: adviceFor[settings.provider],
})
