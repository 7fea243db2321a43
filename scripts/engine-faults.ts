/**
 * Checks engines with planted faults by the suite, each in processes of its own: `npm run engines:faults`. Every fault must be found,
 * and the folder of its finding, run again, must fail on the faulty engine and pass on the right one. `-- --folder findings` keeps
 * the folders, `-- --processes-only` tries only faults that end, hold or fill their process. Exits with 1 if one is not found.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import type { EngineSource } from '../src/engine-suite/index.js'
import { readFinding, replayFinding, runSuite } from '../src/engine-suite/index.js'
import type { PlantedEngineFault } from '../property-tests/mutations/engines/faulty-engine.js'
import { engineFaults, nameOfFault } from '../property-tests/mutations/engines/engine-faults.js'

const { values: options } = parseArgs({
  options: { folder: { type: 'string' }, 'processes-only': { type: 'boolean', default: false } },
})

const module = fileURLToPath(new URL('../property-tests/mutations/engines/engine-faults.js', import.meta.url))
const limits = { seconds: 20, bytes: 2 ** 30 }

interface Row {
  readonly fault: string
  readonly check: string
  readonly found: string
  readonly replays: string
  readonly holds: boolean
}

/** Whether a folder's finding is wrong again on an engine; undefined where it cannot be run. */
const isWrong = async (folder: string, source: EngineSource): Promise<boolean | undefined> => {
  const outcome = await replayFinding(folder, { source, limits })
  return E.isRight(outcome) ? outcome.right.deviation !== undefined : undefined
}

const rowOf = async (planted: PlantedEngineFault, findings: string): Promise<Row> => {
  const { fault, foundBy: check } = planted
  const missed = (found: string): Row => ({ fault, check, found, replays: '-', holds: false })
  const source = { module, exported: `engines.${nameOfFault(planted)}` }
  const report = await runSuite({
    source,
    options: { runs: 20 },
    limits,
    findings,
    library: 'sources',
    checks: [check],
  })
  if (E.isLeft(report)) return missed(report.left.what)
  const [finding] = report.right.findings
  if (finding?.folder === undefined) return missed('not found')
  const stored = await readFinding(finding.folder)()
  const wrong = await isWrong(finding.folder, source)
  const wrongOnRight = await isWrong(finding.folder, { name: 'reference' })
  return {
    fault,
    check,
    found: finding.kind ?? '-',
    replays: E.isRight(stored) ? stored.right.finding.replays : stored.left,
    holds: wrong === true && wrongOnRight === false,
  }
}

const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'engine-faults-')))
const rows: Row[] = []
for (const planted of engineFaults) {
  if (options['processes-only'] && planted.needsProcess !== true) continue
  const row = await rowOf(planted, join(folder, nameOfFault(planted)))
  console.error(`${row.holds ? 'found' : 'NOT FOUND'}: ${row.fault}`)
  rows.push(row)
}
if (options.folder === undefined) await rm(folder, { recursive: true, force: true })

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
console.log(line(['what the engine does', 'check that finds it', 'as', 'shown again by its']))
console.log(line(['---', '---', '---', '---']))
for (const { fault, check, found, replays } of rows) console.log(line([fault, check, found, replays]))
const held = rows.filter(({ holds }) => holds).length
console.log(
  `\n${rows.length} faults, ${held} found, whose folders fail on the faulty engine and pass on the right one`,
)
if (held < rows.length) process.exitCode = 1
