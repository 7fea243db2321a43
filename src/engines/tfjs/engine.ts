/** The engine `tfjs`: programs interpreted with TensorFlow.js, on any of its backends. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../dsl/program.js'
import type { CompileOptions, Engine } from '../engine.js'
import type { EngineFailure } from '../failure.js'
import { checkState, checkWeights } from '../check-state.js'
import { oneAtATime } from '../one-at-a-time.js'
import { portsOf } from '../ports.js'
import { staticShapes } from '../static-shapes.js'
import type { Backend } from './backend.js'
import type { TfjsExecutableParts } from './executable.js'
import { tfjsExecutable } from './executable.js'
import { engineName, thrown } from './failed.js'
import { walkOf } from './interpret.js'
import { load } from './load.js'

/** The process has one TensorFlow.js, which computes on one backend at a time. */
const inTurn = oneAtATime()

/** The checks and the plan that need no library. Fails if weights, state or sizes do not fit the program. */
const prepared = (
  program: Program,
  options: CompileOptions,
): E.Either<EngineFailure, Pick<TfjsExecutableParts, 'walk' | 'ports'>> =>
  pipe(
    staticShapes(program, options.sizes),
    E.map((shapes) => ({ walk: walkOf(program, shapes), ports: portsOf(program, shapes.shape) })),
    E.tap(({ ports }) => checkWeights(ports, options.weights)),
    E.tap(({ ports }) => checkState(ports, options)),
  )

/**
 * The engine that interprets programs with TensorFlow.js. Each tensor is disposed of right after its last use, which
 * the program tells. Weights and state stay with the backend between runs. Gradients are part of the program, so the
 * gradients of TensorFlow.js are not used.
 *
 * TensorFlow.js is an optional peer dependency: if a package is missing, compiling fails with the command that
 * installs it.
 *
 * @example
 * const engine = tfjsEngine('wasm')
 * await pipe(engine.compile(classifier, { sizes: { B: 8 }, weights, state: [] }), TE.chain(({ run }) => run(batch)))()
 */
export const tfjsEngine = (backend: Backend): Engine => ({
  name: engineName(backend),
  compile: (program, { sizes, weights, state }) =>
    inTurn(
      pipe(
        TE.fromEither(prepared(program, { sizes, weights, state })),
        TE.bindW('tf', () => load(backend)),
        TE.chainW(({ tf, walk, ports }) =>
          TE.tryCatch(
            () =>
              Promise.resolve(
                tfjsExecutable({
                  tf,
                  backend,
                  inTurn,
                  walk,
                  ports,
                  declared: program.declared,
                  weights,
                  state,
                }),
              ),
            thrown(backend, 'compile'),
          ),
        ),
      ),
    ),
})
