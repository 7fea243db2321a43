/** The option that says which images targets have: other labels' shares than their domains, of one kind or of several. */
import { InvalidArgumentError, Option } from 'commander'
import type { TargetShift } from '../../data/target-shift.js'
import type { TargetKind } from '../../experiments/study/variant.js'
import { names, wholeNumber } from './number-option.js'

export interface TargetShiftChoice {
  readonly targetShift?: readonly TargetKind[]
}

const form =
  "is not of the form none, long-tailed:<factor>, few-classes:<n>, one-class or open-set:<n>, with ':<seed>' after it where it is not 1."

const imbalance = (text: string): number => {
  const factor = Number(text)
  if (text.trim() === '' || !Number.isFinite(factor) || factor < 1) {
    throw new InvalidArgumentError(`'${text}' is not a factor of at least 1.`)
  }
  return factor
}

/** `long-tailed:100`, `few-classes:3`, `one-class`, `open-set:3`, each with a seed after it: `long-tailed:100:7`. */
export const readTargetShift = (text: string): TargetShift => {
  const [kind, ...rest] = text.split(':')
  const [first = '', second] = kind === 'one-class' ? ['1', rest[0]] : rest
  const seed = second === undefined ? 1 : wholeNumber(0)(second)
  if (rest.length > (kind === 'one-class' ? 1 : 2) || first === '') {
    throw new InvalidArgumentError(`'${text}' ${form}`)
  }
  switch (kind) {
    case 'long-tailed':
      return { kind, factor: imbalance(first), seed }
    case 'few-classes':
    case 'one-class':
      return { kind: 'few-classes', classes: wholeNumber(1)(first), seed }
    case 'open-set':
      return { kind, unknown: wholeNumber(1)(first), seed }
    default:
      throw new InvalidArgumentError(`'${text}' ${form}`)
  }
}

/** Kinds of targets separated by commas, each once; `none` is a target with all of its images. */
export const readTargetKinds = (text: string): readonly TargetKind[] => {
  const kinds = names(text).map((name) => (name === 'none' ? undefined : readTargetShift(name)))
  return [...new Map(kinds.map((kind) => [JSON.stringify(kind ?? null), kind])).values()]
}

export const targetShiftOption = (): Option =>
  new Option(
    '--target-shift <kind,...>',
    'which images targets have, a table for each kind: none (all of them), long-tailed:<factor>, few-classes:<n> or one-class; or open-set:<n> for classes that are in the target alone and unknown; with :<seed> after it (default: none)',
  ).argParser(readTargetKinds)
