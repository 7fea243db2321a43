/**
 * State on the device: a run leaves its next values there, and the next run reads them. They are downloaded only when
 * the state is read: by the tensors themselves in `onnxruntime-web`; by a session of their own in `onnxruntime-node`,
 * whose version 1.30 ends the process if a tensor on the device is read directly.
 */
import type { Tensor } from 'onnxruntime-node'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as b from '../../dsl/builder.js'
import type { Program } from '../../dsl/program.js'
import { programOfNodes } from '../../dsl/program.js'
import type { NamedValues } from '../../values/named-values.js'
import * as R from '../../values/record.js'
import type { TensorValue } from '../../values/value.js'
import { copyOf } from '../../values/value.js'
import type { EngineState } from '../engine.js'
import type { EngineFailure } from '../failure.js'
import { programRejected } from '../failure.js'
import type { OnnxRuntime } from './buffer.js'
import { bufferOf, valuesOf } from './buffer.js'
import type { CarriedState } from './carried-state.js'
import type { Port } from '../ports.js'
import type { LoweredProgram } from './lowering/lowering.js'
import type { Session } from './session.js'
import { failed } from './session.js'

/** A program with the session that runs it. */
export interface Prepared {
  readonly lowered: LoweredProgram
  readonly session: Session
}

/** The outputs that a session leaves on the device, by their names in the graph. */
export const keptOnDevice = (
  carried: readonly EngineState[],
  outputs: Readonly<Record<string, Port>>,
): readonly string[] =>
  carried.flatMap(({ output }) => {
    const port = outputs[output]
    // A buffer on a device cannot be empty.
    return port === undefined || port.shape.includes(0) ? [] : [port.name]
  })

/** The identity program: each input is an output of the same name. */
const passingOn = (ports: readonly Port[]): TE.TaskEither<EngineFailure, Program> =>
  pipe(
    programOfNodes(
      Object.fromEntries(ports.map(({ name, shape, dtype }) => [name, b.input(name, shape, dtype)])),
    ),
    TE.fromEither,
    TE.mapLeft(programRejected('state on the device')),
  )

const release = (tensors: Iterable<Tensor>): void => {
  for (const tensor of tensors) if (tensor.location === 'gpu-buffer') tensor.dispose()
}

/** Copies the current values of the state, by parameter, to host memory. */
type Download = (
  present: ReadonlyMap<string, Tensor>,
  ports: readonly Port[],
) => TE.TaskEither<EngineFailure, NamedValues>

/** Downloads by an identity program, for a binding that cannot read tensors on the device. `prepare` makes its session. */
export const downloadedBySession =
  (engine: string, prepare: (program: Program) => TE.TaskEither<EngineFailure, Prepared>): Download =>
  (present, ports) =>
    TE.bracket(
      pipe(passingOn(ports), TE.chain(prepare)),
      ({ lowered, session }) =>
        pipe(
          session.run(
            Object.fromEntries(present),
            Object.fromEntries(Object.values(lowered.outputs).map(({ name }) => [name, null])),
          ),
          TE.chainEitherKW((results) => valuesOf(engine, lowered.outputs, results)),
        ),
      ({ session }) => session.release(),
    )

/** Downloads by the tensors themselves, one after the other. They are in host memory from then on, until the next run. */
export const downloadedByTensor =
  (engine: string): Download =>
  (present, ports) =>
    pipe(
      TE.tryCatch(
        async () => {
          for (const tensor of new Set(present.values())) await tensor.getData(true)
        },
        failed(engine, 'state', () => 'the device may have been lost: continue from the last checkpoint'),
      ),
      TE.chainEitherKW(() =>
        valuesOf(
          engine,
          Object.fromEntries(ports.map((port) => [port.name, port])),
          Object.fromEntries(present),
        ),
      ),
      TE.map(R.map(copyOf)),
    )

/**
 * State that is the results of a run as they are, on the device or in host memory: the next run is fed with them. A
 * tensor on the device is released when no parameter has it any more.
 */
export const stateInResults = (
  runtime: OnnxRuntime,
  carried: readonly EngineState[],
  { parameters, outputs }: Pick<LoweredProgram, 'parameters' | 'outputs'>,
  download: Download,
): CarriedState => {
  const onHost = (value: TensorValue): Tensor => bufferOf(runtime, copyOf(value)).tensor
  const present = new Map(carried.map(({ parameter, initial }) => [parameter, onHost(initial)]))
  const ports = parameters.filter(({ name }) => present.has(name))
  const replace = (next: Iterable<readonly [string, Tensor]>): void => {
    const before = new Set(present.values())
    for (const [parameter, tensor] of next) present.set(parameter, tensor)
    for (const tensor of present.values()) before.delete(tensor)
    release(before)
  }
  return {
    feeds: () => Object.fromEntries(present),
    fetches: () =>
      Object.fromEntries(
        carried.flatMap(({ output }) => (outputs[output] ? [[outputs[output].name, null]] : [])),
      ),
    moveOn: (results) =>
      replace(
        carried.flatMap(({ parameter, output }) => {
          const next = results[outputs[output]?.name ?? output]
          return next === undefined ? [] : [[parameter, next] as const]
        }),
      ),
    read: (): ReturnType<CarriedState['read']> => download(present, ports)(),
    write: (values) => replace(Object.entries(values).map(([name, value]) => [name, onHost(value)])),
    forget: () => {
      release(present.values())
      present.clear()
    },
  }
}
