/** Whether an engine starts on this machine: where it does not, every check would only say so again. */
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
 * Adds two numbers on an engine: fails as the engine does where it cannot (its library is missing, its device does
 * not start). What it answers is for checks to judge.
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
