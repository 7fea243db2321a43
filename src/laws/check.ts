/** Checks laws on random cases with fast-check: synchronously on the oracle, asynchronously on an engine. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as T from 'fp-ts/lib/Task.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as fc from 'fast-check'
import { answerByOracle } from './answer.js'
import { arbitraryTrial } from './arbitraries/trial.js'
import { symbolsIn, tensorsIn } from './argument.js'
import { agreesWithOracle } from './catalogue/precision.js'
import type { LawDeclaration } from './declaration.js'
import { strangeName } from './declaration.js'
import type { EngineSession, EngineUnderLaw } from './engine.js'
import type { Answer, Experiment, Question, Verdict } from './experiment.js'
import type { Law, Setting } from './law.js'
import { questionProblem } from './misuse.js'
import { magnitudeOf } from './tensor-values.js'
import type { Trial } from './trial.js'
import type { Finding, LawViolation } from './violation.js'

export interface CheckOptions {
  /** The number of cases for each law; default 100. */
  readonly runs?: number
  /** The same seed gives the same cases; default 1. */
  readonly seed?: number
  /** The path of a violation: the check starts with its case. */
  readonly path?: string
  /** Whether a failing case is shrunk; default true. */
  readonly shrink?: boolean
}

/** A law that holds in every case. */
export interface LawHeld {
  readonly tag: 'LawHeld'
  readonly law: Law
  readonly cases: number
  /** The number of cases to which the law does not apply. */
  readonly vacuous: number
}

/** A law that was not checked, and why. */
export interface LawNotTried {
  readonly tag: 'LawNotTried'
  readonly law: Law
  readonly because: 'it is about engines' | 'it needs double precision' | 'it says nothing about any case'
}

export type LawOutcome = LawHeld | LawNotTried | LawViolation

/** The outcomes of the laws of a function that breaks none. */
export interface LawReport {
  readonly subject: string
  readonly outcomes: readonly (LawHeld | LawNotTried)[]
}

/** Relative error that rounding to float64 may cause in a small program. */
const float64Tolerance = 1e-9

type Answered = E.Either<Finding, Verdict>

const fails = (message: string): Answered => E.left({ tag: 'Fails', message })

const misused = (message: string): Answered => E.right({ tag: 'Misused', message })

/** Runs an experiment on the oracle. */
const performNow = ({ subject, takes }: LawDeclaration, experiment: Experiment): Answered => {
  let current = experiment
  while (current.tag === 'Ask') {
    const problem = questionProblem(tensorsIn(takes), current.question)
    if (problem !== undefined) return misused(problem)
    const answer = answerByOracle(subject, current.question)
    if (E.isLeft(answer)) return fails(answer.left)
    current = current.next(answer.right)
  }
  return E.right(current.verdict)
}

/** Runs an experiment with asynchronous answers. */
const performLater =
  (
    answer: (question: Question) => TE.TaskEither<string, Answer>,
    { takes }: LawDeclaration,
    experiment: Experiment,
  ): T.Task<Answered> =>
  async () => {
    let current = experiment
    while (current.tag === 'Ask') {
      const problem = questionProblem(tensorsIn(takes), current.question)
      if (problem !== undefined) return misused(problem)
      const answered = await answer(current.question)()
      if (E.isLeft(answered)) return fails(answered.left)
      current = current.next(answered.right)
    }
    return E.right(current.verdict)
  }

const findingOf = (answered: Answered): Finding | undefined => {
  if (E.isLeft(answered)) return answered.left
  const verdict = answered.right
  if (verdict.tag === 'Misused') return verdict
  return verdict.tag === 'Broken' ? { tag: 'Differs', disagreement: verdict.disagreement } : undefined
}

const isVacuous = (answered: Answered): boolean => E.isRight(answered) && answered.right.tag === 'Vacuous'

/** The experiment of a law at a trial. */
const experimentAt = (
  { takes, subject }: LawDeclaration,
  law: Law,
  relative: number,
  trial: Trial,
): Experiment => {
  const setting: Setting = {
    trial,
    tensors: tensorsIn(takes),
    parameters: subject(trial.sizes).parameters,
    tolerance: { relative, scale: magnitudeOf(trial.values) },
  }
  return law.experiment(setting)
}

const trialsFor = ({ takes, ranges, subject }: LawDeclaration, law: Law): fc.Arbitrary<Trial> =>
  arbitraryTrial({
    symbols: symbolsIn(takes),
    ranges,
    tensors: tensorsIn(takes),
    parametersAt: (sizes) => subject(sizes).parameters,
    region: law.region,
  })

const parametersOf = ({
  runs = 100,
  seed = 1,
  path,
  shrink = true,
}: CheckOptions): fc.Parameters<[Trial]> => ({
  numRuns: runs,
  seed,
  endOnFailure: !shrink,
  ...(path === undefined ? {} : { path }),
})

const notTried = (law: Law, because: LawNotTried['because']): LawNotTried => ({
  tag: 'LawNotTried',
  law,
  because,
})

/** The outcome of a run of fast-check, with the finding at the smallest case. */
const outcomeOf = (
  declaration: LawDeclaration,
  law: Law,
  engine: string,
  details: fc.RunDetails<[Trial]>,
  vacuous: number,
  finding: Finding | undefined,
): LawOutcome =>
  details.counterexample === null || finding === undefined
    ? vacuous === details.numRuns
      ? notTried(law, 'it says nothing about any case')
      : { tag: 'LawHeld', law, cases: details.numRuns, vacuous }
    : {
        tag: 'LawViolation',
        subject: declaration.name,
        law,
        engine,
        finding,
        trial: details.counterexample[0],
        seed: details.seed,
        path: details.counterexamplePath ?? '',
        cases: details.numRuns,
        shrinks: details.numShrinks,
      }

/** Checks one law on the oracle. */
export const checkLaw = (declaration: LawDeclaration, law: Law, options: CheckOptions = {}): LawOutcome => {
  if (law.family === 'engine') return notTried(law, 'it is about engines')
  const answeredAt = (trial: Trial): Answered =>
    performNow(declaration, experimentAt(declaration, law, float64Tolerance, trial))
  let vacuous = 0
  const details = fc.check(
    fc.property(trialsFor(declaration, law), (trial) => {
      const answered = answeredAt(trial)
      if (isVacuous(answered)) vacuous += 1
      return findingOf(answered) === undefined
    }),
    parametersOf(options),
  )
  const smallest = details.counterexample?.[0]
  const finding = smallest === undefined ? undefined : findingOf(answeredAt(smallest))
  return outcomeOf(declaration, law, 'reference', details, vacuous, finding)
}

/** Checks one law on an engine. */
const checkLawIn =
  (
    engine: EngineUnderLaw,
    session: EngineSession,
    declaration: LawDeclaration,
    law: Law,
    options: CheckOptions,
  ): T.Task<LawOutcome> =>
  async () => {
    if (law.precision === 'float64') return notTried(law, 'it needs double precision')
    const answeredAt = (trial: Trial): Promise<Answered> =>
      performLater(session.answer, declaration, experimentAt(declaration, law, engine.tolerance, trial))()
    let vacuous = 0
    const details = await fc.check(
      fc.asyncProperty(trialsFor(declaration, law), async (trial) => {
        const answered = await answeredAt(trial)
        if (isVacuous(answered)) vacuous += 1
        return findingOf(answered) === undefined
      }),
      parametersOf(options),
    )
    const smallest = details.counterexample?.[0]
    const finding = smallest === undefined ? undefined : findingOf(await answeredAt(smallest))
    return outcomeOf(declaration, law, engine.name, details, vacuous, finding)
  }

/** Checks every law of a declaration on the oracle, also after one is broken. */
export const tryLaws = (declaration: LawDeclaration, options: CheckOptions = {}): readonly LawOutcome[] =>
  declaration.laws.map((law) => checkLaw(declaration, law, options))

/** Checks every law of a declaration on an engine, and that the engine agrees with the oracle. */
export const tryLawsOn =
  (
    engine: EngineUnderLaw,
    declaration: LawDeclaration,
    options: CheckOptions = {},
  ): T.Task<readonly LawOutcome[]> =>
  async () => {
    const session = engine.open(declaration.subject)
    const { laws } = declaration
    const all = laws.some(({ family }) => family === 'engine') ? laws : [agreesWithOracle, ...laws]
    const outcomes = await T.traverseSeqArray((law: Law) =>
      checkLawIn(engine, session, declaration, law, options),
    )(all)()
    await session.close()
    return outcomes
  }

/** The violation for a declaration with a law about a name that its function does not have; undefined for others. */
const misdeclared = (declaration: LawDeclaration): LawViolation | undefined => {
  const name = strangeName(declaration)
  const law = declaration.laws.find(({ about }) => about.some((other) => other === name))
  return name === undefined || law === undefined
    ? undefined
    : {
        tag: 'LawViolation',
        subject: declaration.name,
        law,
        engine: 'none',
        finding: {
          tag: 'Misused',
          message: `the law is about '${name}', which is neither an argument nor a symbol of ${declaration.name}`,
        },
        trial: { sizes: {}, values: {}, key: [0, 0] },
        seed: 0,
        path: '',
        cases: 0,
        shrinks: 0,
      }
}

/** The report, or the first violation. */
const summary = (subject: string, outcomes: readonly LawOutcome[]): E.Either<LawViolation, LawReport> => {
  const kept = outcomes.flatMap((outcome) => (outcome.tag === 'LawViolation' ? [] : [outcome]))
  const broken = outcomes.find((outcome) => outcome.tag === 'LawViolation')
  return broken === undefined ? E.right({ subject, outcomes: kept }) : E.left(broken)
}

/**
 * Checks the laws of a declaration on the oracle. Fails with the first that is broken, and the smallest case found.
 *
 * @example
 * pipe(
 *   checkLaws(crossEntropyLaws, { runs: 1000 }),
 *   E.match(explainViolation, ({ outcomes }) => `${outcomes.length} laws hold`),
 * )
 */
export const checkLaws = (
  declaration: LawDeclaration,
  options: CheckOptions = {},
): E.Either<LawViolation, LawReport> => {
  const problem = misdeclared(declaration)
  return problem === undefined ? summary(declaration.name, tryLaws(declaration, options)) : E.left(problem)
}

/** Checks the laws of a declaration on an engine, and that the engine agrees with the oracle. Fails as `checkLaws` does. */
export const checkLawsOn = (
  engine: EngineUnderLaw,
  declaration: LawDeclaration,
  options: CheckOptions = {},
): TE.TaskEither<LawViolation, LawReport> => {
  const problem = misdeclared(declaration)
  return problem === undefined
    ? pipe(
        tryLawsOn(engine, declaration, options),
        T.map((outcomes) => summary(declaration.name, outcomes)),
      )
    : T.of(E.left(problem))
}
