/** The conformance checks find every fault that is planted in an engine, and its finding shows it again. */
import { expect, test } from 'vitest'
import type { Case } from '../src/engine-conformance/agreement.js'
import { singlePrecision } from '../src/engine-conformance/agreement.js'
import { runCheck, runStored } from '../src/engine-suite/in-process.js'
import { expectedOf, filesOfFinding, findingOfFiles } from '../src/engine-suite/finding-folder.js'
import type { StoredFinding } from '../src/engine-suite/finding-folder.js'
import { thisMachine } from '../src/engine-suite/machine.js'
import { shownAgain } from '../src/engine-suite/shown-again.js'
import type { Engine } from '../src/engines/engine.js'
import { referenceEngine } from '../src/engines/reference/engine.js'
import { expectRight } from '../test/expect-either.js'
import { engineFaults, nameOfFault } from './mutations/engines/engine-faults.js'

const options = { runs: 20, seed: 1, tolerance: singlePrecision }

const deviationOf = (checked: Awaited<ReturnType<typeof runStored>>): string | undefined =>
  checked === 'left out' ? 'left out' : checked.deviation

const fails = async (engine: Engine, stored: StoredFinding): Promise<boolean> =>
  deviationOf(await runStored(engine, stored)) !== undefined

test('at least 40 faults are planted in engines, each under its own name', () => {
  expect(new Set(engineFaults.map(nameOfFault)).size).toBe(engineFaults.length)
  expect(engineFaults.length).toBeGreaterThanOrEqual(40)
})

test.each(engineFaults.filter(({ needsProcess = false }) => !needsProcess))(
  'the check "$foundBy" finds that $fault, and the files of its finding show it again',
  async ({ foundBy, engine }) => {
    let last: Case | undefined
    expect(await runCheck(referenceEngine, foundBy, options)).toEqual({ deviation: undefined })
    const note = (of: Case): void => {
      last = of
    }
    const deviation = deviationOf(await runCheck(engine, foundBy, options, note))
    expect(deviation).toEqual(expect.any(String))
    const stored = await shownAgain(
      {
        finding: {
          format: 'tensile engine finding',
          version: 1,
          engine: { source: { name: 'reference' }, name: engine.name, version: '' },
          library: '0',
          machine: thisMachine(),
          date: '2026-11-30T00:00:00.000Z',
          check: foundBy,
          options,
          kind: 'deviation',
          deviation: deviation ?? '',
        },
        of: last === undefined ? undefined : expectedOf(last, options.tolerance),
      },
      (tried) => fails(engine, tried),
    )
    expect(stored.finding.replays).not.toBe('nothing')
    const files = filesOfFinding(stored)
    const read = expectRight(findingOfFiles(expectRight(files)))
    expect(await fails(engine, read)).toBe(true)
    expect(await fails(referenceEngine, read)).toBe(false)
  },
)
