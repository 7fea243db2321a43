/** Checks an engine: all checks into one report, or each check as a test of a test runner. */
import * as E from 'fp-ts/lib/Either.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { Engine } from '../engines/engine.js'
import type { TestRunner } from '../laws/test-runner.js'
import { singlePrecision } from './agreement.js'
import type { Area, ConformanceCheck, ConformanceOptions } from './check.js'
import { applies, nameOfCheck } from './check.js'
import { elementTypeChecks } from './element-type-checks.js'
import { memoryChecks } from './memory-checks.js'
import { primitiveChecks } from './primitive-checks.js'
import { probabilityChecks } from './probability-checks.js'
import { programChecks } from './program-checks.js'
import { refusalChecks } from './refusal-checks.js'
import { stateChecks } from './state-checks.js'
import { tailChecks } from './tails.js'

/** All checks of an engine. */
export const conformanceChecks: readonly ConformanceCheck[] = [
  ...primitiveChecks,
  ...elementTypeChecks,
  ...tailChecks,
  ...probabilityChecks,
  ...programChecks,
  ...stateChecks,
  ...refusalChecks,
  ...memoryChecks,
]

/** The result of one check. */
export interface Deviation {
  readonly area: Area
  readonly subject: string
  /** What the engine does instead, in words; undefined if the check passes. */
  readonly deviation: string | undefined
}

export interface ConformanceReport {
  readonly engine: string
  readonly findings: readonly Deviation[]
}

/** Options with the defaults for those that are not given. */
export const completeOptions = ({
  runs = 10,
  seed = 1,
  tolerance = singlePrecision,
  heldTensors,
  heldBytes,
}: Partial<ConformanceOptions>): ConformanceOptions => ({ runs, seed, tolerance, heldTensors, heldBytes })

const findingOf = async (
  { area, subject, run }: ConformanceCheck,
  engine: Engine,
  options: ConformanceOptions,
): Promise<Deviation> => {
  const outcome = await run(engine, options)()
  return { area, subject, deviation: E.isLeft(outcome) ? outcome.left : undefined }
}

/**
 * Runs every check on an engine: all primitives in all their element types, their first and second gradients, at ordinary
 * and special values, shapes with axes of size 0 and 1, broadcasting, large tensors, state, refusals with the right tag,
 * determinism, and memory if `heldTensors` or `heldBytes` is given.
 * `runs` (default 10) is the number of random cases for each primitive, drawn by `seed`. Results may differ from the
 * oracle's by `tolerance` (default 2e-5, absolute and relative). The task never fails: deviations are in the report.
 * `onFinding` is called after each check.
 *
 * @example
 * const { findings } = await checkConformance(engine, { runs: 100 })()
 * const deviations = findings.filter(({ deviation }) => deviation !== undefined)
 */
export const checkConformance =
  (
    engine: Engine,
    {
      onFinding = () => undefined,
      ...options
    }: Partial<ConformanceOptions> & { readonly onFinding?: (finding: Deviation) => void } = {},
  ): Task<ConformanceReport> =>
  async () => {
    const settings = completeOptions(options)
    const findings: Deviation[] = []
    for (const check of conformanceChecks.filter((each) => applies(each, settings))) {
      const finding = await findingOf(check, engine, settings)
      onFinding(finding)
      findings.push(finding)
    }
    return { engine: engine.name, findings }
  }

/**
 * Registers each check as a test with a test runner: `describe` and `it` of vitest or jest. `exceptions` are the checks
 * that the engine is known to fail: `area: subject` and the reason. The test of an exception passes only as long as the
 * check fails, so that exceptions which are no longer needed are removed.
 *
 * @example
 * import { describe, it } from 'vitest'
 * registerConformance({ describe, it }, engine, { exceptions: { 'values: conv2d': 'no kernel for it yet' } })
 */
export const registerConformance = (
  { describe, it }: TestRunner,
  engine: Engine,
  {
    exceptions = {},
    ...options
  }: Partial<ConformanceOptions> & { readonly exceptions?: Readonly<Record<string, string>> } = {},
): void => {
  const settings = completeOptions(options)
  describe(`conformance of ${engine.name}`, () => {
    for (const check of conformanceChecks.filter((each) => applies(each, settings))) {
      const name = nameOfCheck(check)
      const exception = exceptions[name]
      it(exception === undefined ? name : `${name} (known to fail: ${exception})`, async () => {
        const { deviation } = await findingOf(check, engine, settings)
        // A test fails by throwing.
        if (exception === undefined && deviation !== undefined) throw new Error(deviation)
        if (exception !== undefined && deviation === undefined)
          throw new Error('the check passes: remove the exception')
      })
    }
  })
}
