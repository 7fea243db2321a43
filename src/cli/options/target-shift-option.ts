/** The option that gives targets other labels' shares than their domains have. */
import { InvalidArgumentError, Option } from 'commander'
import type { TargetShift } from '../../data/target-shift.js'
import { wholeNumber } from './number-option.js'

export interface TargetShiftChoice {
  readonly targetShift?: TargetShift
}

const form =
  "is not of the form long-tailed:<factor>, few-classes:<n> or one-class, with ':<seed>' after it where it is not 1."

const imbalance = (text: string): number => {
  const factor = Number(text)
  if (text.trim() === '' || !Number.isFinite(factor) || factor < 1) {
    throw new InvalidArgumentError(`'${text}' is not a factor of at least 1.`)
  }
  return factor
}

/** `long-tailed:100`, `few-classes:3`, `one-class`, each with a seed after it: `long-tailed:100:7`. */
export const readTargetShift = (text: string): TargetShift => {
  const [kind, ...rest] = text.split(':')
  const [first = '', second] = kind === 'one-class' ? ['1', rest[0]] : rest
  const seed = second === undefined ? 1 : wholeNumber(0)(second)
  const known = kind === 'long-tailed' || kind === 'few-classes' || kind === 'one-class'
  if (!known || rest.length > (kind === 'one-class' ? 1 : 2) || first === '') {
    throw new InvalidArgumentError(`'${text}' ${form}`)
  }
  return kind === 'long-tailed'
    ? { kind, factor: imbalance(first), seed }
    : { kind: 'few-classes', classes: wholeNumber(1)(first), seed }
}

export const targetShiftOption = (): Option =>
  new Option(
    '--target-shift <kind>',
    'which images targets have: long-tailed:<factor>, few-classes:<n> or one-class, with :<seed> after it (default: all of their images)',
  ).argParser(readTargetShift)
