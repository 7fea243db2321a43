/** A comparison of runs as a table of text. */
import { percentSpread } from '../../experiments/spread.js'
import type { RunComparison } from '../../experiments/comparison/compare-runs.js'
import { pairInWords } from '../../experiments/comparison/run-words.js'
import { settingName } from '../../experiments/comparison/settings.js'
import { textTable } from '../table.js'

/** A line for each group: method, domains, what differs, runs, accuracy with its deviation over them. */
export const comparisonTable = ({ groups }: RunComparison): string =>
  textTable(
    ['row', 'method', 'domains', 'what differs', 'runs', 'accuracy, %', 'zero-shot, %'],
    groups.map((group, i) => {
      const { method, own, runs, overall, zeroShot } = group
      return [
      String(i + 1),
      method,
      pairInWords(group),
      own.map(([path, value]) => `${settingName(path)} ${value}`).join(', '),
      String(runs.length),
      percentSpread(overall),
      percentSpread(zeroShot),
    ]
    }),
  )
