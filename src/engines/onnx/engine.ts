/** The engine `onnx`: a whole program (forward, backward and optimizer step) is one session of ONNX Runtime. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../dsl/program.js'
import type { CompileOptions, Engine } from '../engine.js'
import type { EngineFailure } from '../failure.js'
import { checkState } from '../check-state.js'
import { contained } from '../contained.js'
import type { OnnxRuntime } from './buffer.js'
import { stateOnHost } from './carried-state.js'
import type { Prepared } from './device-state.js'
import { keptOnDevice, stateOnDevice } from './device-state.js'
import { onnxExecutable } from './executable.js'
import { modelOf } from './model.js'
import type { SessionSettings } from './provider.js'
import { dialectOf, keepsTensors } from './provider.js'
import { createSession, onnxRuntime } from './session.js'

/**
 * The engine that runs programs in ONNX Runtime. A program is lowered for the sizes that it is compiled with. Its
 * weights become constants. Its state stays in memory, or on the device, between runs.
 *
 * With `precision` `float16` or `bfloat16`, the operands and results of matrix products and convolutions are rounded
 * to it. That is faster on CUDA, and on WebGPU if the driver has `shader-f16`. The CPU provider rounds in the same
 * places but computes in float32, so it is not faster. WebGPU has no bfloat16: compiling fails.
 *
 * Each operator uses `threads` threads (default: one for each core). `run` blocks the event loop while it computes,
 * because the binding of ONNX Runtime does.
 *
 * @example
 * const engine = onnxEngine({ threads: 2 })
 * await pipe(engine.compile(classifier, { sizes: { B: 8 }, weights, state: [] }), TE.chain(({ run }) => run(batch)))()
 */
export const onnxEngine = ({
  provider = 'cpu',
  packWeights = true,
  precision = 'float32',
  ...rest
}: Partial<SessionSettings> = {}): Engine => {
  const settings: SessionSettings = { provider, packWeights, precision, ...rest }
  return {
    name: `onnx${provider === 'cpu' ? '' : `-${provider}`}${precision === 'float32' ? '' : ` in ${precision}`}`,
    compile: (program, options) =>
      contained('onnx', 'compile', () =>
        pipe(
          TE.Do,
          TE.bind('runtime', () => onnxRuntime),
          TE.bindW('prepared', ({ runtime }) => prepare(runtime, settings, program, options)),
          TE.map(({ runtime, prepared: { session, lowered } }) =>
            onnxExecutable({
              runtime,
              session,
              lowered,
              declared: program.declared,
              state: options.state,
              carried: keepsTensors[provider]
                ? stateOnDevice(runtime, options.state, lowered, (given) =>
                    prepare(runtime, settings, given, noState),
                  )
                : stateOnHost(runtime, options.state, lowered.outputs),
            }),
          ),
        ),
      ),
  }
}

const noState: CompileOptions = { sizes: {}, weights: {}, state: [] }

/** Lowers a program and makes its session. */
const prepare = (
  runtime: OnnxRuntime,
  settings: SessionSettings,
  program: Program,
  options: CompileOptions,
): TE.TaskEither<EngineFailure, Prepared> =>
  pipe(
    TE.Do,
    TE.bind('dialect', () => TE.fromEither(dialectOf(settings.provider, settings.precision))),
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
        settings,
        keepsTensors[settings.provider] ? keptOnDevice(options.state, model.lowered.outputs) : [],
      ),
    ),
    TE.map(({ session, model: { lowered } }) => ({ session, lowered })),
  )
