/** The entry point: registers laws as tests with the test runner, or checks them immediately. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { AnyTensor } from '../dsl/program.js'
import type { AnyArgument, ValuesOf } from './argument.js'
import type { CheckOptions, LawReport } from './check.js'
import { checkLaw, checkLaws, checkLawsOn } from './check.js'
import type { LawDeclaration, LawOptions } from './declaration.js'
import { declareLaws } from './declaration.js'
import type { EngineUnderLaw } from './engine.js'
import type { TestRunner } from './test-runner.js'
import { ambientRunner } from './test-runner.js'
import type { LawViolation } from './violation.js'
import { explainViolation } from './violation.js'

/** Laws that were registered with a test runner. */
export interface RegisteredLaws {
  readonly tag: 'Registered'
  readonly subject: string
  readonly tests: readonly string[]
}

/** Laws that were checked immediately, and hold. */
export interface TriedLaws extends LawReport {
  readonly tag: 'Tried'
  /** The same laws on the engine, if one was given. */
  readonly onEngine?: LawReport
}

export interface LawsForOptions<Takes extends readonly AnyArgument[]>
  extends LawOptions<Takes>, CheckOptions {
  /**
   * The test runner, for example `{ describe, it }` of `node:test`; default: the jest or vitest that is running. With
   * `'none'`, or if no test runner is running, the laws are checked immediately.
   */
  readonly runner?: TestRunner | 'none'
}

/** An engine that the laws are also checked on, asynchronously, after the oracle. */
export interface OnEngine {
  readonly engine: EngineUnderLaw
}

/** Throws the violation in words, if there is one. */
const failWith = (violation: LawViolation | undefined): void => {
  // A test fails by throwing.
  if (violation !== undefined) throw new Error(explainViolation(violation))
}

/** Registers one test for each law of a declaration. */
export const registerLaws = (
  { describe, it }: TestRunner,
  declaration: LawDeclaration,
  options: CheckOptions & Partial<OnEngine> = {},
): RegisteredLaws => {
  const { engine } = options
  const laws = declaration.laws.filter(({ family }) => family !== 'engine')
  const tests = [
    ...laws.map(({ name }) => name),
    ...(engine === undefined ? [] : [`keeps its laws on ${engine.name}`]),
  ]
  describe(`laws of ${declaration.name}`, () => {
    for (const law of laws) {
      it(law.name, () => {
        const outcome = checkLaw(declaration, law, options)
        failWith(outcome.tag === 'LawViolation' ? outcome : undefined)
      })
    }
    if (engine !== undefined) {
      it(`keeps its laws on ${engine.name}`, async () => {
        const outcome = await checkLawsOn(engine, declaration, options)()
        failWith(E.isLeft(outcome) ? outcome.left : undefined)
      })
    }
  })
  return { tag: 'Registered', subject: declaration.name, tests }
}

const tried = (declaration: LawDeclaration, options: CheckOptions): E.Either<LawViolation, TriedLaws> =>
  pipe(
    checkLaws(declaration, options),
    E.map((report) => ({ tag: 'Tried', ...report })),
  )

const triedOn = (
  engine: EngineUnderLaw,
  declaration: LawDeclaration,
  options: CheckOptions,
): TE.TaskEither<LawViolation, TriedLaws> =>
  pipe(
    TE.fromEither(tried(declaration, options)),
    TE.chain((report) =>
      pipe(
        checkLawsOn(engine, declaration, options),
        TE.map((onEngine) => ({ ...report, onEngine })),
      ),
    ),
  )

/**
 * Registers each law of a function as a test with the running test runner; without one, checks them immediately. A
 * broken law fails its test with the violation in words, or is the left side of the result. With an engine the result
 * is a task: tests are registered before it runs, but laws are checked only when it runs.
 *
 * @example
 * lawsFor(crossEntropy, {
 *   takes: [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')],
 *   laws: [nonNegative, shiftInvariant('logits'), gradientIsSlope],
 * })
 */
export function lawsFor<const Takes extends readonly AnyArgument[]>(
  of: (...values: ValuesOf<NoInfer<Takes>>) => AnyTensor,
  options: LawsForOptions<Takes> & OnEngine,
): TE.TaskEither<LawViolation, RegisteredLaws | TriedLaws>
export function lawsFor<const Takes extends readonly AnyArgument[]>(
  of: (...values: ValuesOf<NoInfer<Takes>>) => AnyTensor,
  options: LawsForOptions<Takes> & { readonly engine?: never },
): E.Either<LawViolation, RegisteredLaws | TriedLaws>
export function lawsFor<const Takes extends readonly AnyArgument[]>(
  of: (...values: ValuesOf<NoInfer<Takes>>) => AnyTensor,
  options: LawsForOptions<Takes> & Partial<OnEngine>,
):
  | E.Either<LawViolation, RegisteredLaws | TriedLaws>
  | TE.TaskEither<LawViolation, RegisteredLaws | TriedLaws> {
  const declaration = declareLaws(of, options)
  const { runner = ambientRunner(), engine } = options
  if (runner !== undefined && runner !== 'none') {
    const registered = registerLaws(runner, declaration, options)
    return engine === undefined ? E.right(registered) : TE.right(registered)
  }
  return engine === undefined ? tried(declaration, options) : triedOn(engine, declaration, options)
}
