/** The engine `onnx`: whole programs, forward, backward and update together, as one session of ONNX Runtime. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Engine } from '../../engine.js'
import { checkState } from '../check-state.js'
import { executable } from './executable.js'
import { modelOf } from './model.js'
import type { SessionSettings } from './provider.js'
import { dialects } from './provider.js'
import { createSession, onnxRuntime } from './session.js'

/**
 * The engine that runs programs in ONNX Runtime. A program is lowered at the sizes it is compiled for; its weights
 * become constants; its state stays in buffers that the runs write in turn.
 *
 * Each operator is spread over `threads` threads, all cores unless given. `run` blocks the event loop while it
 * computes: that is how ONNX Runtime's binding works.
 *
 * @example
 * const engine = onnxEngine({ threads: 2 })
 * await pipe(engine.compile(classifier, { sizes: { B: 8 }, weights, state: [] }), TE.chain(({ run }) => run(batch)))()
 */
export const onnxEngine = ({
  provider = 'cpu',
  packWeights = true,
  ...rest
}: Partial<SessionSettings> = {}): Engine => ({
  name: provider === 'cpu' ? 'onnx' : `onnx-${provider}`,
  compile: (program, options) =>
    pipe(
      TE.Do,
      TE.bind('model', () =>
        TE.fromEither(
          modelOf(program, {
            sizes: options.sizes,
            weights: options.weights,
            placement: 'beside',
            dialect: dialects[provider],
            metadata: {},
          }),
        ),
      ),
      TE.tap(({ model }) => TE.fromEither(checkState(model.lowered, options))),
      TE.bindW('runtime', () => onnxRuntime),
      TE.bindW('session', ({ runtime, model }) =>
        createSession(runtime, model, { provider, packWeights, ...rest }),
      ),
      TE.map(({ runtime, session, model }) =>
        executable({
          runtime,
          session,
          lowered: model.lowered,
          declared: program.declared,
          state: options.state,
        }),
      ),
    ),
})
