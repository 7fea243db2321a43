/** Checks whether an engine starts on this machine. If it does not, every other check would fail for this reason. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as b from '../dsl/builder.js'
import { programOfNodes } from '../dsl/program.js'
import type { Engine } from '../engines/engine.js'
import type { EngineFailure } from '../engines/failure.js'
import { programRejected } from '../engines/failure.js'
import { runOnce } from './agreement.js'

/** One addition. */
const smallestProgram = () => programOfNodes({ sum: b.add(b.input('x', []), b.scalar(1)) })

/**
 * Adds two numbers on an engine. Fails as the engine does, for example if its library is missing or its device does not
 * start. The result is not compared: that is for the checks.
 *
 * @example
 * pipe(checkStart(onnxEngine({ provider: 'cuda' })), TE.mapLeft(explain))
 */
export const checkStart = (engine: Engine): TE.TaskEither<EngineFailure, void> =>
  pipe(
    smallestProgram(),
    E.mapLeft(programRejected('start')),
    TE.fromEither,
    TE.chainW((program) =>
      runOnce(engine, {
        program,
        values: { x: { dtype: 'f32', shape: [], data: Float32Array.of(1) } },
        sizes: {},
      }),
    ),
    TE.map(() => undefined),
  )
