/**
 * `npm run bench -- [--json] [--only <case>] [--runs <n>]`: this library compared with its peers, as a table or as JSON lines.
 * `npm run bench -- --check`: whether they compute the same, nothing timed.
 */
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { cases } from './cases.js'
import type { Absence, Result } from './measure.js'
import { measure, usesPytorch } from './measure.js'
import { fastestSettings } from './pytorch-settings.js'
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

const parsed = E.tryCatch(
  () =>
    parseArgs({
      options: {
        json: { type: 'boolean' },
        only: { type: 'string' },
        runs: { type: 'string' },
        check: { type: 'boolean' },
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
    const lines = await measure(each, { turns: runs, settings })
    if (parsed.right.json === true) lines.forEach((line) => console.log(JSON.stringify(line)))
    else console.log([each.name, ...lines.map(row), ''].join('\n'))
  }
}
