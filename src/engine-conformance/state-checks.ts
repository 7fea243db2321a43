/** Checks of behaviour over several runs: state, refusals, determinism, and tensors that are not freed. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { explainFault } from '../dsl/fault.js'
import type { Engine, Executable } from '../engines/engine.js'
import type { NamedValues } from '../values/named-values.js'
import { referenceEngine } from '../engines/reference/engine.js'
import { answered, difference } from './agreement.js'
import type { Area, ConformanceCheck, ConformanceOptions } from './check.js'
import { drawnNormal } from './drawn-values.js'
import { stepInputs, stepOptions, stepProgram, strayInputs } from './step-program.js'

type Outcome<A> = TE.TaskEither<string, A>

const compileStep = (engine: Engine): Outcome<Executable> =>
  pipe(
    TE.fromEither(E.mapLeft(explainFault)(stepProgram())),
    TE.chain((program) => answered(engine.compile(program, stepOptions))),
  )

/** Runs tasks one after the other and gives their results. */
const inOrder = <A>(tasks: readonly Outcome<A>[]): Outcome<readonly A[]> => TE.sequenceSeqArray(tasks)

const steps = (executable: Executable, count: number): Outcome<readonly NamedValues[]> =>
  inOrder(Array.from({ length: count }, () => answered(executable.run(stepInputs))))

/** Uses an executable and disposes of it, also after a failure. */
const withStep = <A>(engine: Engine, use: (executable: Executable) => Outcome<A>): Outcome<A> =>
  pipe(
    compileStep(engine),
    TE.chain(
      (executable) => () =>
        use(executable)().then((outcome) =>
          answered(executable.dispose())().then((ended) => E.apFirst(ended)(outcome)),
        ),
    ),
  )

const holds = (condition: boolean, otherwise: string): Outcome<void> =>
  condition ? TE.right(undefined) : TE.left(otherwise)

/** Fails with the first tensor that differs. */
const compared = (
  found: NamedValues,
  expected: NamedValues,
  tolerance: ConformanceOptions['tolerance'],
): Outcome<void> => {
  const [first] = Object.entries(expected).flatMap(([name, value]) => {
    const differs = difference(found[name], value, tolerance)
    return differs === undefined ? [] : [`${name}: ${differs}`]
  })
  return holds(first === undefined, first ?? '')
}

const exact = { absolute: 0, relative: 0 }

const check = (area: Area, subject: string, run: ConformanceCheck['run']): ConformanceCheck => ({
  area,
  subject,
  run,
})

/** The results of five steps, and the state after them. */
const fiveSteps = (engine: Engine) =>
  withStep(engine, (executable) =>
    pipe(
      TE.Do,
      TE.bind('results', () => steps(executable, 5)),
      TE.bind('state', () => answered(executable.readState())),
    ),
  )

const carriesState = check(
  'state',
  'is carried from run to run, and is not among the results',
  (engine, options) =>
    pipe(
      TE.Do,
      TE.bind('found', () => fiveSteps(engine)),
      TE.bind('expected', () => fiveSteps(referenceEngine)),
      TE.tap(({ found }) =>
        holds(
          found.results.every((result) => Object.keys(result).toSorted().join() === 'loss,total'),
          'the results of a run are not exactly the outputs that are not next values of the state',
        ),
      ),
      TE.tap(({ found, expected }) => compared(found.state, expected.state, options.tolerance)),
      TE.chain(({ found, expected }) =>
        compared(found.results.at(-1) ?? {}, expected.results.at(-1) ?? {}, options.tolerance),
      ),
    ),
)

const ownsState = check('state', 'shares no memory with what it was given or gives', (engine) =>
  withStep(engine, (executable) =>
    pipe(
      TE.Do,
      TE.let('written', () => ({ w: drawnNormal([6, 3], 3) })),
      TE.tap(({ written }) => answered(executable.writeState(written))),
      TE.bind('read', () => answered(executable.readState())),
      TE.tapIO(({ written, read }) => () => {
        written.w.data.fill(-1)
        read['w']?.data.fill(-1)
      }),
      TE.bind('again', () => answered(executable.readState())),
      TE.chain(({ again }) => compared(again, { w: drawnNormal([6, 3], 3) }, exact)),
    ),
  ),
)

const keepsState = check('state', 'is unchanged by a run that fails', (engine) =>
  withStep(engine, (executable) =>
    pipe(
      TE.Do,
      TE.bind('before', () => answered(executable.readState())),
      TE.tapTask(() => answered(executable.run(strayInputs))),
      TE.bind('after', () => answered(executable.readState())),
      TE.chain(({ before, after }) => compared(after, before, exact)),
    ),
  ),
)

/** Checks that an operation fails with a value; `what` names what it was given. */
const refused = <A>(what: string, task: Outcome<A>): Outcome<void> =>
  pipe(
    task,
    (outcome) => () =>
      outcome().then(
        E.fold(
          (message) => (message.startsWith('it throws') ? E.left(`${what}: ${message}`) : E.right(undefined)),
          () => E.left(`${what} is accepted`),
        ),
      ),
  )

const refusesInputs = check('refusals', 'inputs that are missing, unknown, or of another shape', (engine) =>
  withStep(engine, (executable) =>
    pipe(
      inOrder([
        refused('no input', answered(executable.run({}))),
        refused('an unknown input', answered(executable.run({ ...stepInputs, other: drawnNormal([1]) }))),
        refused('an input of another type', answered(executable.run({ ids: drawnNormal([4]) }))),
        refused('state of another shape', answered(executable.writeState({ w: drawnNormal([3, 6]) }))),
      ]),
      TE.map(() => undefined),
    ),
  ),
)

const refusesIds = check('refusals', 'ids outside their axis', (engine) =>
  withStep(engine, (executable) => refused('an id outside its axis', answered(executable.run(strayInputs)))),
)

const refusesPrograms = check('refusals', 'programs without the values of their parameters', (engine) =>
  pipe(
    TE.fromEither(E.mapLeft(explainFault)(stepProgram())),
    TE.chain((program) =>
      refused(
        'a program without weights',
        answered(engine.compile(program, { ...stepOptions, weights: {} })),
      ),
    ),
  ),
)

const refusesDisposed = check('refusals', 'runs after disposal; a second disposal is allowed', (engine) =>
  pipe(
    compileStep(engine),
    TE.tap((executable) => answered(executable.dispose())),
    TE.tap((executable) => answered(executable.dispose())),
    TE.chain((executable) => refused('a run after disposal', steps(executable, 1))),
  ),
)

const repeats = check('determinism', 'the same program gives the same bits in every run', (engine) =>
  pipe(
    TE.Do,
    TE.bind('first', () => fiveSteps(engine)),
    TE.bind('second', () => fiveSteps(engine)),
    TE.tap(({ first, second }) => compared(second.state, first.state, exact)),
    TE.chain(({ first, second }) => compared(second.results.at(-1) ?? {}, first.results.at(-1) ?? {}, exact)),
  ),
)

/** Counts the tensors that are held before, between and after runs that succeed and runs that fail. */
const holdsTensors: ConformanceCheck = {
  area: 'memory',
  subject: 'a run holds no tensors afterwards, also if it fails',
  needs: 'heldTensors',
  run: (engine, options) => {
    const { heldTensors } = options
    if (heldTensors === undefined) return TE.right(undefined)
    const counted = (what: string, expected: number): Outcome<void> =>
      pipe(
        TE.fromIO(heldTensors),
        TE.chain((found) =>
          holds(found === expected, `${found} tensors are held ${what}, ${expected} before`),
        ),
      )
    return pipe(
      // The first use may load a library.
      fiveSteps(engine),
      TE.chain(() => TE.fromIO(heldTensors)),
      TE.chain((before) =>
        pipe(
          withStep(engine, (executable) =>
            pipe(
              steps(executable, 1),
              TE.chain(() => TE.fromIO(heldTensors)),
              TE.tap(() => steps(executable, 20)),
              TE.tap((held) => counted('after twenty runs', held)),
              TE.tapTask(() => answered(executable.run(strayInputs))),
              TE.tap((held) => counted('after a run that failed', held)),
            ),
          ),
          TE.chain(() => counted('after the program was disposed of', before)),
        ),
      ),
    )
  },
}

export const stateChecks: readonly ConformanceCheck[] = [
  carriesState,
  ownsState,
  keepsState,
  refusesInputs,
  refusesIds,
  refusesPrograms,
  refusesDisposed,
  repeats,
  holdsTensors,
]
