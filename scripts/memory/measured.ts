/** The memory of a training step, predicted and measured in a process of its own. */
import { spawnSync } from 'node:child_process'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { MeasuredCase } from './cases.js'

const bytes = t.type({ measured: t.number, predicted: t.number })

/** Bytes beyond the idle level of a process. */
export type MeasuredBytes = t.TypeOf<typeof bytes>

const tolerance = 0.15
const smallest = 4 * 2 ** 20

/** Whether a prediction is off by more than 15 %, and more than 4 MiB. */
export const isOff = ({ measured, predicted }: MeasuredBytes): boolean => {
  const off = Math.abs(predicted - measured)
  return off > tolerance * measured && off > smallest
}

const once = (script: string, { method, size }: MeasuredCase): MeasuredBytes => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, method, size.name], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${method}, ${size.name}: ${stderr}`)
  const outcome = bytes.decode(JSON.parse(stdout))
  if (E.isLeft(outcome)) throw new Error(`${method}, ${size.name}: printed ${stdout}`)
  return outcome.right
}

/** What `measured-step.js` prints of a row: of so many processes, the one in the middle. Steps of a few megabytes differ by some of them. */
export const measuredBytes = (script: string, of: MeasuredCase, processes: number): MeasuredBytes => {
  const all = Array.from({ length: processes }, () => once(script, of))
  const middle = all.toSorted((a, b) => a.measured - b.measured)[Math.floor(processes / 2)]
  if (middle === undefined) throw new Error('at least one process is needed')
  return middle
}
