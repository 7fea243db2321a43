/** Checks that the memory of the process does not grow with runs, or with programs that are disposed of. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as b from '../dsl/builder.js'
import { explainFault } from '../dsl/fault.js'
import { programOfNodes } from '../dsl/program.js'
import type { Engine, Executable } from '../engines/engine.js'
import type { NamedValues } from '../values/named-values.js'
import type { TensorValue } from '../values/value.js'
import { answered } from './agreement.js'
import type { ConformanceCheck } from './check.js'

/** What is repeated, and how often: first, so that arenas have their size, and then. */
interface Repetition {
  readonly what: string
  readonly warmUp: number
  readonly count: number
  /** Inputs, weights and results are squares of this size. */
  readonly side: number
}

/** Tensors of 256 kB: where every run leaves one behind, 80 MiB are left. */
const ofRuns: Repetition = { what: 'runs', warmUp: 40, count: 320, side: 256 }
/** Tensors of 1 MiB, and as much that is left: compiling may take long. */
const ofPrograms: Repetition = { what: 'programs', warmUp: 10, count: 80, side: 512 }

const square = (side: number): TensorValue => ({
  dtype: 'f32',
  shape: [side, side],
  data: new Float32Array(side * side).fill(0.5),
})

/** Memory that may stay with the process, in bytes. */
const allowed = 48 * 2 ** 20

const compiled = (engine: Engine, { side }: Repetition): TE.TaskEither<string, Executable> =>
  pipe(
    TE.fromEither(
      E.mapLeft(explainFault)(
        programOfNodes({
          sum: b.tanh(b.add(b.input('x', [side, side]), b.parameter('w', [side, side]))),
        }),
      ),
    ),
    TE.chain((program) =>
      answered(engine.compile(program, { sizes: {}, weights: { w: square(side) }, state: [] })),
    ),
  )

const run = (executable: Executable, { side }: Repetition): TE.TaskEither<string, NamedValues> =>
  answered(executable.run({ x: square(side) }))

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
  { what, warmUp, count }: Repetition,
  heldBytes: () => number,
  task: TE.TaskEither<string, unknown>,
): TE.TaskEither<string, void> =>
  pipe(
    repeated(warmUp, task),
    TE.map(heldBytes),
    TE.chainFirst(() => repeated(count, task)),
    TE.chain((before) => {
      const grown = heldBytes() - before
      return grown <= allowed
        ? TE.right(undefined)
        : TE.left(`memory grows by ${Math.round(grown / 2 ** 20)} MiB over ${count} ${what}`)
    }),
  )

export const memoryChecks: readonly ConformanceCheck[] = [
  {
    area: 'memory',
    subject: 'does not grow with runs',
    needs: 'heldBytes',
    run: (engine, { heldBytes = () => 0 }) =>
      pipe(
        compiled(engine, ofRuns),
        TE.chain((executable) =>
          pipe(
            doesNotGrow(ofRuns, heldBytes, run(executable, ofRuns)),
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
        ofPrograms,
        heldBytes,
        pipe(
          compiled(engine, ofPrograms),
          TE.chainFirst((executable) => run(executable, ofPrograms)),
          TE.chain((executable) => answered(executable.dispose())),
        ),
      ),
  },
]
