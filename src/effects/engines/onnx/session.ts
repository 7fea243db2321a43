/** Sessions of ONNX Runtime, made and run with failures as values. */
import type { InferenceSession, OnnxValue } from 'onnxruntime-node'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { EngineFailed } from '../../failure.js'
import type { OnnxRuntime } from './buffer.js'
import { encodeModel } from './model-proto.js'
import type { Model } from './model.js'
import type { SessionSettings } from './provider.js'

const failed =
  (stage: EngineFailed['stage'], advice: (reason: string) => string) =>
  (cause: unknown): EngineFailed => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return { tag: 'EngineFailed', engine: 'onnx', stage, reason, advice: advice(reason) }
  }

/** The library, imported when it is first asked for. */
export const onnxRuntime: TE.TaskEither<EngineFailed, OnnxRuntime> = TE.tryCatch(
  () => import('onnxruntime-node'),
  failed('load', () => 'install it: npm install onnxruntime-node'),
)

const options = (model: Model, { provider, threads, packWeights }: SessionSettings) => ({
  executionProviders: [provider],
  ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
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

/** A session for a model. It holds native memory until it is released. */
export const createSession = (
  runtime: OnnxRuntime,
  model: Model,
  settings: SessionSettings,
): TE.TaskEither<EngineFailed, InferenceSession> =>
  TE.tryCatch(
    () => runtime.InferenceSession.create(encodeModel(model.proto), options(model, settings)),
    failed('compile', () => `try another provider than '${settings.provider}', or the engine 'reference'`),
  )

/** The primitive whose node a message of ONNX Runtime names. */
const primitiveIn = (reason: string): string | undefined => /Name:'(\w+)\//.exec(reason)?.[1]

const runAdvice = (reason: string): string => {
  const primitive = primitiveIn(reason)
  if (/alloc/i.test(reason)) return 'give smaller sizes: fewer images or classes at a time'
  if (primitive === 'gather' || primitive === 'scatterAdd') {
    return `check the ids of ${primitive} against the size of the axis`
  }
  return `run the program with the engine 'reference' to see whether ${primitive ?? 'the program'} is at fault`
}

/** Runs a session once; results are written to the buffers of `fetches`. */
export const runSession = (
  session: InferenceSession,
  feeds: Readonly<Record<string, OnnxValue>>,
  fetches: Readonly<Record<string, OnnxValue>>,
): TE.TaskEither<EngineFailed, void> =>
  pipe(
    TE.tryCatch(() => session.run(feeds, fetches), failed('run', runAdvice)),
    TE.map(() => undefined),
  )

export const releaseSession = (session: InferenceSession): TE.TaskEither<EngineFailed, void> =>
  TE.tryCatch(
    () => session.release(),
    failed('dispose', () => 'the memory is freed when the process ends'),
  )
