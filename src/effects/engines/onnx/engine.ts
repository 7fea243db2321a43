/** The engine `onnx`: whole programs, forward, backward and update together, as one session of ONNX Runtime. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { CompileOptions, Engine } from '../../engine.js'
import type { EngineFailure } from '../../failure.js'
import { similarNames } from '../../failure.js'
import { checkValues } from '../check-values.js'
import { executable } from './executable.js'
import type { LoweredProgram } from './lowering.js'
import { modelOf } from './model.js'
import type { SessionSettings } from './provider.js'
import { dialects } from './provider.js'
import { createSession, onnxRuntime } from './session.js'

/** Checks that the state is part of the program, that it starts right, and that its next values fit it. */
const checkState = (
  { parameters, outputs }: LoweredProgram,
  { state, weights }: CompileOptions,
): E.Either<EngineFailure, void> => {
  const free = parameters.filter(({ name }) => !Object.hasOwn(weights, name))
  const initial = Object.fromEntries(state.map(({ parameter, initial: value }) => [parameter, value]))
  const nextValues = state.flatMap(({ parameter, output }) =>
    free.filter(({ name }) => name === parameter).map((port) => ({ port, output })),
  )
  return pipe(
    checkValues(free, initial, 'weights and state'),
    E.chain(() =>
      pipe(
        nextValues,
        E.traverseArray(({ port, output }): E.Either<EngineFailure, void> => {
          const found = outputs[output]
          const show = ({ dtype, shape }: typeof port): string => `${dtype}[${shape.join(',')}]`
          return found === undefined
            ? E.left({
                tag: 'TensorMissing',
                name: output,
                where: 'outputs of the program',
                similar: similarNames(output, Object.keys(outputs)),
              })
            : show(found) === show(port)
              ? E.right(undefined)
              : E.left({
                  tag: 'ShapeMismatch',
                  name: output,
                  where: `next value of '${port.name}'`,
                  expected: show(port),
                  found: show(found),
                })
        }),
      ),
    ),
    E.map(() => undefined),
  )
}

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
