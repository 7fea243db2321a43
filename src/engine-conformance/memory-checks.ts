/** Checks that the memory of the process does not grow with runs, or with programs that are disposed of. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as b from '../dsl/builder.js'
import { explainFault } from '../dsl/fault.js'
import { programOfNodes } from '../dsl/program.js'
import type { Engine, Executable } from '../engines/engine.js'
import { answered } from './agreement.js'
import type { ConformanceCheck } from './check.js'
import { drawnNormal } from './drawn-values.js'

/** Inputs, weights and results of 256 kB each. */
const side = 256
const inputs = { x: drawnNormal([side, side], 1) }
const weights = { w: drawnNormal([side, side], 2) }

/** What is repeated, how often first, so that arenas have their size, and how often then. */
const warmUp = 40
const repetitions = 320
/** Where every repetition leaves a tensor behind, 80 MiB are left. */
const allowed = 48 * 2 ** 20

const compiled = (engine: Engine): TE.TaskEither<string, Executable> =>
  pipe(
    TE.fromEither(
      E.mapLeft(explainFault)(
        programOfNodes({
          sum: b.tanh(b.add(b.input('x', [side, side]), b.parameter('w', [side, side]))),
        }),
      ),
    ),
    TE.chain((program) => answered(engine.compile(program, { sizes: {}, weights, state: [] }))),
  )

const repeated =
  <A>(count: number, task: TE.TaskEither<string, A>): TE.TaskEither<string, void> =>
  async () => {
    for (let i = 0; i < count; i += 1) {
      const outcome = await task()
      if (E.isLeft(outcome)) return outcome
    }
    return E.right(undefined)
  }

const doesNotGrow = (
  what: string,
  heldBytes: () => number,
  task: TE.TaskEither<string, unknown>,
): TE.TaskEither<string, void> =>
  pipe(
    repeated(warmUp, task),
    TE.map(heldBytes),
    TE.chainFirst(() => repeated(repetitions, task)),
    TE.chain((before) => {
      const grown = heldBytes() - before
      return grown <= allowed
        ? TE.right(undefined)
        : TE.left(`memory grows by ${Math.round(grown / 2 ** 20)} MiB over ${repetitions} ${what}`)
    }),
  )

export const memoryChecks: readonly ConformanceCheck[] = [
  {
    area: 'memory',
    subject: 'does not grow with runs',
    needs: 'heldBytes',
    run: (engine, { heldBytes = () => 0 }) =>
      pipe(
        compiled(engine),
        TE.chain((executable) =>
          pipe(
            doesNotGrow('runs', heldBytes, answered(executable.run(inputs))),
            TE.chainFirst(() => answered(executable.dispose())),
          ),
        ),
      ),
  },
  {
    area: 'memory',
    subject: 'does not grow with programs that are disposed of',
    needs: 'heldBytes',
    run: (engine, { heldBytes = () => 0 }) =>
      doesNotGrow(
        'programs',
        heldBytes,
        pipe(
          compiled(engine),
          TE.chainFirst((executable) => answered(executable.run(inputs))),
          TE.chain((executable) => answered(executable.dispose())),
        ),
      ),
  },
]
