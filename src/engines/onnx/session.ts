/** Sessions of ONNX Runtime, with failures as values. */
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { EngineFailed } from '../failure.js'
import type { OnnxRuntime } from './buffer.js'
import { encodeModel } from './model-proto.js'
import type { Model } from './model.js'
import type { SessionSettings } from './provider.js'
import { adviceFor } from './provider.js'
import { reasonOf } from '../reason-of.js'

const failed =
  (stage: EngineFailed['stage'], advice: (reason: string) => string) =>
  (cause: unknown): EngineFailed => {
    const reason = reasonOf(cause)
    return { tag: 'EngineFailed', engine: 'onnx', stage, reason, advice: advice(reason) }
  }

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
  failed('load', () => installAdvice),
)

/**
 * Optimizing the graph is the slowest part of starting a session. On CPUs it makes no run faster (measured with the
 * backward pass of CLIP's text tower), except for convolutions, which get another memory layout.
 */
const optimizationLevel = ({ proto }: Model, provider: SessionSettings['provider']): 'disabled' | 'all' =>
  provider === 'cpu' && !proto.graph.node.some(({ opType }) => opType === 'Conv') ? 'disabled' : 'all'

/** Where each output is left. The typings call this option browser-only, but onnxruntime-node 1.30 obeys it. */
const leftOnDevice = ({ proto }: Model, onDevice: readonly string[]): Readonly<Record<string, Location>> =>
  Object.fromEntries(
    proto.graph.output.map(({ name }) => [name, onDevice.includes(name) ? 'gpu-buffer' : 'cpu'] as const),
  )

type Location = 'gpu-buffer' | 'cpu'

const options = (
  model: Model,
  onDevice: readonly string[],
  { provider, threads, packWeights }: SessionSettings,
) => ({
  executionProviders: [provider],
  ...(onDevice.length === 0 ? {} : { preferredOutputLocation: leftOnDevice(model, onDevice) }),
  ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  graphOptimizationLevel: optimizationLevel(model, provider),
  // A quarter less memory at the same speed.
  enableMemPattern: false,
  enableCpuMemArena: true,
  // Errors come back as failures; warnings are about folding constants.
  logSeverityLevel: 4 as const,
  externalData: model.external.map(({ location, bytes }) => ({ path: location, data: bytes })),
  extra: {
    session: {
      // Two sessions that wait by spinning halve each other's speed.
      intra_op: { allow_spinning: '0' },
      disable_prepacking: packWeights ? '0' : '1',
    },
  },
})

/** Tensors by their names in the graph. */
export type SessionTensors = Readonly<Record<string, Tensor>>

/** The outputs of a run: tensors to write to, or `null` where the session allocates one. */
export type Fetches = Readonly<Record<string, Tensor | null>>

/** A model that is ready to run. It holds native memory until `release`. */
export interface Session {
  /** Runs the model once and gives the outputs that `fetches` names. */
  readonly run: (feeds: SessionTensors, fetches: Fetches) => TE.TaskEither<EngineFailed, SessionTensors>
  readonly release: () => TE.TaskEither<EngineFailed, void>
}

const sessionOf = (session: InferenceSession): Session => ({
  run: (feeds, fetches) => TE.tryCatch(() => session.run(feeds, fetches), failed('run', runAdvice)),
  release: () =>
    TE.tryCatch(
      () => session.release(),
      failed('dispose', () => 'the memory is freed when the process ends'),
    ),
})

/** The session of a model without outputs, which ONNX Runtime refuses. */
const idleSession: Session = { run: () => TE.right({}), release: () => TE.right(undefined) }

/** The primitive of the node that a message of ONNX Runtime names. */
const primitiveIn = (reason: string): string | undefined => /Name:'(\w+)\//.exec(reason)?.[1]

const runAdvice = (reason: string): string => {
  const primitive = primitiveIn(reason)
  if (/alloc/i.test(reason)) return 'give smaller sizes: fewer images or classes at a time'
  if (primitive !== undefined && /^(gather|scatter|takeAlongAxis)/.test(primitive)) {
    return `check the ids of ${primitive} against the size of the axis`
  }
  return `run the program with the engine 'reference' to see whether ${primitive ?? 'the program'} is at fault`
}

/** A session for a model. The outputs named in `onDevice` stay on the device. */
export const createSession = (
  runtime: OnnxRuntime,
  model: Model,
  settings: SessionSettings,
  onDevice: readonly string[] = [],
): TE.TaskEither<EngineFailed, Session> =>
  model.proto.graph.output.length === 0
    ? TE.right(idleSession)
    : pipe(
        TE.tryCatch(
          () => runtime.InferenceSession.create(encodeModel(model.proto), options(model, onDevice, settings)),
          failed('compile', () => adviceFor[settings.provider]),
        ),
        TE.map(sessionOf),
      )
