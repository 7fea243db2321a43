/** Sessions of ONNX Runtime, with failures as values. */
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { EngineFailed } from '../failure.js'
import type { Binding } from './binding.js'
import type { OnnxRuntime } from './buffer.js'
import { encodeModel } from './model-proto.js'
import type { Model } from './model.js'
import type { GraphOptimization } from './provider.js'
import { reasonOf } from '../reason-of.js'

/** The failure of a call of ONNX Runtime. `engine` is the name of the engine; advice may depend on the reason. */
export const failed =
  (engine: string, stage: EngineFailed['stage'], advice: (reason: string) => string) =>
  (cause: unknown): EngineFailed => {
    const reason = reasonOf(cause)
    return { tag: 'EngineFailed', engine, stage, reason, advice: advice(reason) }
  }

/** What ONNX Runtime calls the choices of graph optimization. */
export const optimizationLevels = { on: 'all', off: 'disabled' } as const satisfies Readonly<
  Record<GraphOptimization, string>
>

/**
 * Optimizing the graph is the slowest part of starting a session. On CPUs it makes no run faster (measured with the
 * backward pass of CLIP's text tower), except for convolutions, which get another memory layout.
 */
export const optimizationLevel = ({ proto }: Model, onProcessor: boolean): 'disabled' | 'all' =>
  optimizationLevels[onProcessor && !proto.graph.node.some(({ opType }) => opType === 'Conv') ? 'off' : 'on']

/** Where each output is left. The typings call this option browser-only, but onnxruntime-node 1.30 obeys it. */
const leftOnDevice = ({ proto }: Model, onDevice: readonly string[]): Readonly<Record<string, Location>> =>
  Object.fromEntries(
    proto.graph.output.map(({ name }) => [name, onDevice.includes(name) ? 'gpu-buffer' : 'cpu'] as const),
  )

type Location = 'gpu-buffer' | 'cpu'

const options = (
  model: Model,
  onDevice: readonly string[],
  binding: Binding,
): InferenceSession.SessionOptions => ({
  ...binding.options(model),
  ...(onDevice.length === 0 ? {} : { preferredOutputLocation: leftOnDevice(model, onDevice) }),
  // Errors come back as failures; warnings are about folding constants.
  logSeverityLevel: 4,
  externalData: model.external.map(({ location, bytes }) => ({ path: location, data: bytes })),
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

/** A run that fails gives a failure; nothing is printed about it, too. */
const quiet: InferenceSession.RunOptions = { logSeverityLevel: 4 }

const sessionOf = (engine: string, session: InferenceSession): Session => ({
  run: (feeds, fetches) =>
    pipe(
      TE.tryCatch(() => session.run(feeds, fetches, quiet), failed(engine, 'run', runAdvice)),
      TE.mapLeft((failure) => ({ ...failure, reason: strayIdIn(failure.reason) ?? failure.reason })),
    ),
  release: () =>
    TE.tryCatch(
      () => session.release(),
      failed(engine, 'dispose', () => 'the memory is freed when the process ends'),
    ),
})

/** The session of a model without outputs, which ONNX Runtime refuses. */
const idleSession: Session = { run: () => TE.right({}), release: () => TE.right(undefined) }

/** The primitive of the node that a message of ONNX Runtime names. */
const primitiveIn = (reason: string): string | undefined => /Name:'(\w+)\//.exec(reason)?.[1]

/**
 * What ONNX Runtime's words on an id outside of its axis mean: `idx=7 must be within the inclusive range [-3,2]`. Negative ids,
 * which it would count from the end, have been replaced by 2^31 - 1.
 */
const strayIdIn = (reason: string): string | undefined => {
  const [, id, largest] = /idx=(-?\d+) must be within the inclusive range \[-\d+,(\d+)\]/.exec(reason) ?? []
  if (id === undefined || largest === undefined) return undefined
  const stray = Number(id) === 2 ** 31 - 1 ? 'an id that is negative, or 2147483647,' : `id ${id}`
  return `${primitiveIn(reason) ?? 'a primitive'}: ${stray} is not among the ${Number(largest) + 1} positions of the axis`
}

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
  binding: Binding,
  onDevice: readonly string[] = [],
): TE.TaskEither<EngineFailed, Session> =>
  model.proto.graph.output.length === 0
    ? TE.right(idleSession)
    : pipe(
        TE.tryCatch(
          () => runtime.InferenceSession.create(encodeModel(model.proto), options(model, onDevice, binding)),
          failed(binding.engine, 'compile', () => binding.advice),
        ),
        TE.map((session) => sessionOf(binding.engine, session)),
      )
