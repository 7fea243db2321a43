/** Checks and findings in this process: for checking processes, and where an engine can be trusted not to end it. */
import * as E from 'fp-ts/lib/Either.js'
import type { Case } from '../engine-conformance/agreement.js'
import type { ConformanceOptions } from '../engine-conformance/check.js'
import { applies, nameOfCheck } from '../engine-conformance/check.js'
import { completeOptions, conformanceChecks } from '../engine-conformance/conformance.js'
import type { Engine } from '../engines/engine.js'
import type { StoredFinding } from './finding-folder.js'
import { recordedEngine } from './recorded-engine.js'
import type { Replayed } from './replay.js'
import { replayCase } from './replay.js'

/** How a check went: what is wrong, in words, or nothing; `left out` where it does not apply. */
export type Checked = { readonly deviation: string | undefined } | 'left out'

/** Runs a check by its name. `note` is called with each case before it is computed. */
export const runCheck = async (
  engine: Engine,
  name: string,
  given: Partial<ConformanceOptions>,
  note: (of: Case) => void = () => undefined,
): Promise<Checked> => {
  const check = conformanceChecks.find((each) => nameOfCheck(each) === name)
  if (check === undefined) return { deviation: `there is no check '${name}'` }
  const options = completeOptions(given)
  if (!applies(check, options)) return 'left out'
  const outcome = await check.run(recordedEngine(engine, note), options)()
  return { deviation: E.isLeft(outcome) ? outcome.left : undefined }
}

/** Runs a stored finding again: its check if that is what shows it, else its case. */
export const runStored = async (
  engine: Engine,
  { finding, of }: StoredFinding,
  options: Pick<Partial<ConformanceOptions>, 'heldBytes' | 'heldTensors'> = {},
): Promise<Checked | Replayed> =>
  finding.replays === 'check'
    ? runCheck(engine, finding.check, { ...finding.options, ...options })
    : of === undefined
      ? 'left out'
      : replayCase(engine, of)()
