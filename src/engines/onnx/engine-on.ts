/** An engine of ONNX Runtime: a whole program (forward, backward and optimizer step) is one session. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../dsl/program.js'
import type { CompileOptions, Engine } from '../engine.js'
import type { EngineFailure } from '../failure.js'
import { checkState } from '../check-state.js'
import { contained } from '../contained.js'
import type { Binding } from './binding.js'
import type { OnnxRuntime } from './buffer.js'
import type { CarriedState } from './carried-state.js'
import { stateOnHost } from './carried-state.js'
import type { Prepared } from './device-state.js'
import { downloadedBySession, downloadedByTensor, keptOnDevice, stateInResults } from './device-state.js'
import { onnxExecutable } from './executable.js'
import { modelOf } from './model.js'
import { createSession } from './session.js'

/** The engine of a binding. A program is lowered for the sizes that it is compiled with; its weights become constants. */
export const engineOn = (name: string, binding: Binding): Engine => ({
  name,
  compile: (program, options) =>
    contained(binding.engine, 'compile', () =>
      pipe(
        TE.Do,
        TE.bind('runtime', () => binding.load),
        TE.bindW('prepared', ({ runtime }) => binding.turns()(prepare(runtime, binding, program, options))),
        TE.map(({ runtime, prepared }) =>
          onnxExecutable({
            runtime,
            binding,
            ...prepared,
            declared: program.declared,
            state: options.state,
            carried: carriedState(runtime, binding, prepared, options),
          }),
        ),
      ),
    ),
})

const noState: CompileOptions = { sizes: {}, weights: {}, state: [] }

const carriedState = (
  runtime: OnnxRuntime,
  binding: Binding,
  { lowered }: Prepared,
  { state }: CompileOptions,
): CarriedState =>
  binding.fillsTensors && !binding.keepsTensors
    ? stateOnHost(runtime, state, lowered.outputs)
    : stateInResults(
        runtime,
        state,
        lowered,
        binding.download === 'by tensor'
          ? downloadedByTensor(binding.engine)
          : downloadedBySession(binding.engine, (given) => prepare(runtime, binding, given, noState)),
      )

/** Lowers a program and makes its session. */
const prepare = (
  runtime: OnnxRuntime,
  binding: Binding,
  program: Program,
  options: CompileOptions,
): TE.TaskEither<EngineFailure, Prepared> =>
  pipe(
    TE.Do,
    TE.bind('dialect', () => TE.fromEither(binding.dialect)),
    TE.bindW('model', ({ dialect }) =>
      TE.fromEither(
        modelOf(program, {
          sizes: options.sizes,
          weights: options.weights,
          placement: 'outside',
          dialect,
          metadata: {},
        }),
      ),
    ),
    TE.tap(({ model }) => TE.fromEither(checkState(model.lowered, options))),
    TE.bindW('session', ({ model }) =>
      createSession(
        runtime,
        model,
        binding,
        binding.keepsTensors ? keptOnDevice(options.state, model.lowered.outputs) : [],
      ),
    ),
    TE.map(({ session, model: { lowered } }) => ({ session, lowered })),
  )
