/**
 * `npm run bench -- [--json] [--only <case>] [--runs <n>] [--write]`: this library compared with its peers, as a table or as JSON lines.
 * With `--write` each case that was measured replaces its earlier figures in bench/results.json and in bench/RESULTS.md.
 * `npm run bench -- --check`: whether they compute the same, nothing timed.
 */
import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { thisMachine } from '../src/engine-suite/machine.js'
import { cases } from './cases.js'
import { writeSection } from './marked-section.js'
import type { Absence, Result } from './measure.js'
import { measure, usesPytorch } from './measure.js'
import { operationsOfCase } from './programs.js'
import { fastestSettings } from './pytorch-settings.js'
import { keptLines, readRecorded, withCase, writeRecorded } from './recorded.js'
import { recordedTable } from './recorded-table.js'
import { reportComparisons } from './same-as-pytorch.js'

const isAbsence = (line: Result | Absence): line is Absence => 'skipped' in line

const milliseconds = (ms: number): string => (ms < 10 ? ms.toFixed(3) : ms.toFixed(0))

const row = (line: Result | Absence): string => {
  const peer = line.peer.padEnd(32)
  if (isAbsence(line)) return `  ${peer} skipped: ${line.skipped}`
  const times = `${milliseconds(line.medianMs).padStart(10)} ms  (min ${milliseconds(line.minMs)}, ${line.runs} runs, ${milliseconds(line.medianCpuMs)} of processors)`
  const ratio = line.ratioToPeer === null ? '' : `  × ${line.ratioToPeer.toFixed(3)}`
  return `  ${peer}${times}  ${line.peakRssMB.toFixed(0)} MB${ratio}  [${[line.about, line.note].filter((part) => part !== undefined).join('; ')}]`
}

const loadOfAMinute = (): number => loadavg()[0] ?? Number.NaN

/** Keeps what was measured of a case; each is kept at once, so that nothing is lost if a later one is stopped. */
const record = async (name: string, lines: readonly (Result | Absence)[], before: number): Promise<void> => {
  const earlier = await readRecorded()
  if (E.isLeft(earlier)) {
    console.error(earlier.left)
    process.exitCode = 1
    return
  }
  const recorded = withCase(earlier.right, {
    case: name,
    at: new Date().toISOString(),
    machine: `${thisMachine().processor}, ${availableParallelism()} processors, Node ${process.versions.node}`,
    load: { before, after: loadOfAMinute() },
    operations: O.toNullable(operationsOfCase(name)),
    lines: keptLines(lines),
  })
  await writeRecorded(recorded)
  const order = cases.map((each) => each.name)
  await writeSection('bench', 'npm run bench -- --write', recordedTable(recorded, order))
}

const parsed = E.tryCatch(
  () =>
    parseArgs({
      options: {
        json: { type: 'boolean' },
        only: { type: 'string' },
        runs: { type: 'string' },
        check: { type: 'boolean' },
        write: { type: 'boolean' },
      },
    }).values,
  String,
)
const runs = E.isRight(parsed) && parsed.right.runs !== undefined ? Number(parsed.right.runs) : undefined
const only = E.isRight(parsed) ? (parsed.right.only ?? '') : ''
const chosen = cases.filter(({ name }) => name.includes(only))
if (
  E.isLeft(parsed) ||
  (runs !== undefined && !(Number.isInteger(runs) && runs > 0)) ||
  chosen.length === 0
) {
  const problem = E.isLeft(parsed)
    ? parsed.left
    : chosen.length === 0
      ? `no case has '${only}' in its name; the cases are\n${cases.map(({ name }) => `  ${name}`).join('\n')}`
      : '--runs is a whole number from 1'
  console.error(problem)
  process.exitCode = 2
} else if (parsed.right.check === true) {
  process.exitCode = (await reportComparisons(console.log)) ? 0 : 1
} else {
  const settings = chosen.some(({ entries }) => entries.some(usesPytorch))
    ? await fastestSettings()
    : undefined
  for (const each of chosen) {
    const before = loadOfAMinute()
    const lines = await measure(each, { turns: runs, settings })
    if (parsed.right.json === true) lines.forEach((line) => console.log(JSON.stringify(line)))
    else console.log([each.name, ...lines.map(row), ''].join('\n'))
    if (parsed.right.write === true) await record(each.name, lines, before)
  }
}
