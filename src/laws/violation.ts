/** A broken law, with everything needed to understand and reproduce it. */
import { match } from 'ts-pattern'
import type { Disagreement, Side } from './experiment.js'
import type { Law } from './law.js'
import type { Trial } from './trial.js'
import { compactNumber, showTensor } from './show-tensor.js'

/** Two sides that differ, a function that could not be computed, or a law that is stated wrongly. */
export type Finding =
  | { readonly tag: 'Differs'; readonly disagreement: Disagreement }
  | { readonly tag: 'Fails'; readonly message: string }
  /** The law gives the function what it does not take: the function is not to blame. */
  | { readonly tag: 'Misused'; readonly message: string }

export interface LawViolation {
  readonly tag: 'LawViolation'
  /** The function that broke the law. */
  readonly subject: string
  readonly law: Law
  /** The name of the engine that evaluated it; `reference` for the oracle. */
  readonly engine: string
  readonly finding: Finding
  /** The smallest trial that was found to break it. */
  readonly trial: Trial
  readonly seed: number
  /** The path of fast-check from the seed to the smallest trial. */
  readonly path: string
  /** Cases tried until the law broke, that one included. */
  readonly cases: number
  /** The number of times the trial was shrunk. */
  readonly shrinks: number
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : `  ${line}`))
    .join('\n')

const showSide = ({ label, value }: Side, width: number, sign: string): string =>
  typeof value === 'number' || value.shape.length === 0
    ? `${label.padEnd(width)}  ${sign} ${compactNumber(typeof value === 'number' ? value : (value.data[0] ?? Number.NaN))}`
    : `${label}  ${sign}`.trimEnd() + `\n${indented(showTensor(value))}`

const showFinding = (finding: Finding): string =>
  match(finding)
    .with({ tag: 'Fails' }, ({ message }) => message)
    .with({ tag: 'Misused' }, ({ message }) => `the law is stated wrongly: ${message}`)
    .with({ disagreement: { tag: 'NotFinite' } }, ({ disagreement: { side } }) =>
      [showSide(side, side.label.length, ' '), 'it should be finite'].join('\n'),
    )
    .with(
      { disagreement: { tag: 'Apart' } },
      ({ disagreement: { left, relation, right, difference, allowed } }) => {
        const width = Math.max(left.label.length, right.label.length)
        return [
          showSide(left, width, ' '),
          showSide(right, width, relation),
          `they differ by ${compactNumber(difference)}; ${compactNumber(allowed)} is allowed`,
        ].join('\n')
      },
    )
    .exhaustive()

const showSizes = ({ sizes }: Trial): string =>
  Object.entries(sizes)
    .map(([symbol, count]) => `${symbol} = ${count}`)
    .join(', ')

/**
 * A violation in words: the law, the smallest case as tables, both sides, and how to run it again.
 *
 * @example
 * pipe(checkLaws(crossEntropyLaws), E.mapLeft(explainViolation))
 */
export const explainViolation = (violation: LawViolation): string => {
  const { subject, law, engine, finding, trial, seed, path, cases, shrinks } = violation
  const values = Object.entries(trial.values).map(([name, value]) => showTensor(value, name))
  return [
    finding.tag === 'Misused'
      ? `a law of ${subject} is stated wrongly: ${law.name}`
      : `${subject} breaks a law: ${law.name}`,
    indented(`${law.statement}.`),
    '',
    indented(
      `case ${cases} on ${engine}, made smaller in ${shrinks} steps${showSizes(trial) === '' ? '' : `: ${showSizes(trial)}`}`,
    ),
    ...values.map(indented),
    '',
    indented(showFinding(finding)),
    '',
    indented(`to reproduce it: seed: ${seed}, path: '${path}'`),
  ].join('\n')
}
