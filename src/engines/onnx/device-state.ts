/**
 * State on the device: what a run leaves there is what the next one reads. It comes to the host when somebody asks for it,
 * through a session of its own: the binding of Node ends the process where a tensor of the device is read directly
 * (onnxruntime-node 1.30).
 */
import type { Tensor } from 'onnxruntime-node'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as b from '../../dsl/builder.js'
import type { Program } from '../../dsl/program.js'
import { programOfNodes } from '../../dsl/program.js'
import type { TensorValue } from '../../dsl/values/value.js'
import { copyOf } from '../../dsl/values/value.js'
import type { EngineState } from '../engine.js'
import type { EngineFailure } from '../failure.js'
import { programRejected } from '../failure.js'
import type { OnnxRuntime } from './buffer.js'
import { bufferOf, valuesOf } from './buffer.js'
import type { CarriedState } from './carried-state.js'
import type { Port } from '../ports.js'
import type { LoweredProgram } from './lowering.js'
import type { Session } from './session.js'

/** A program with the session that runs it. */
export interface Prepared {
  readonly lowered: LoweredProgram
  readonly session: Session
}

/** Outputs that a session is to leave on the device, by their names in the graph. */
export const keptOnDevice = (
  carried: readonly EngineState[],
  outputs: Readonly<Record<string, Port>>,
): readonly string[] =>
  carried.flatMap(({ output }) => {
    const port = outputs[output]
    // A device has no buffers of no bytes.
    return port === undefined || port.shape.includes(0) ? [] : [port.name]
  })

/** The program that gives what it is given. */
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

/** `prepare` makes a session whose results come to the host. */
export const stateOnDevice = (
  runtime: OnnxRuntime,
  carried: readonly EngineState[],
  { parameters, outputs }: Pick<LoweredProgram, 'parameters' | 'outputs'>,
  prepare: (program: Program) => TE.TaskEither<EngineFailure, Prepared>,
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
    read: TE.bracket(
      pipe(passingOn(ports), TE.chain(prepare)),
      ({ lowered, session }) =>
        pipe(
          session.run(
            Object.fromEntries(present),
            Object.fromEntries(Object.values(lowered.outputs).map(({ name }) => [name, null])),
          ),
          TE.chainEitherKW((results) => valuesOf(lowered.outputs, results)),
        ),
      ({ session }) => session.release(),
    ),
    write: (values) => replace(Object.entries(values).map(([name, value]) => [name, onHost(value)])),
    forget: () => {
      release(present.values())
      present.clear()
    },
  }
}
