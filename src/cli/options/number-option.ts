/** Parsers for values of options. An invalid value is refused with a message that names the option. */
import { InvalidArgumentError } from 'commander'
import { lookup } from '../../values/record.js'
import { unknownName } from './unknown-name.js'

const numeral = (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('not a number.')
  return value
}

/** A whole number of at least `least`. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = numeral(text)
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`a whole number of at least ${least} is needed.`)
    }
    return value
  }

/** A whole number of at least `least`, or a word that stands for another choice. */
export const wholeNumberOr =
  <const W extends string>(word: W, least: number) =>
  (text: string): number | W =>
    text === word ? word : wholeNumber(least)(text)

/** A number that is not negative. */
export const amount = (text: string): number => {
  const value = numeral(text)
  if (value < 0) throw new InvalidArgumentError('it cannot be negative.')
  return value
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
}

/** An amount of memory in bytes: `4GiB`, `500MB`, `1.5 gib`. */
export const bytes = (text: string): number => {
  const [, digits = '', unit = ''] = /^([\d.]+)\s*([a-z]*)$/i.exec(text.trim()) ?? []
  const factor = lookup(unit.toLowerCase(), units)
  const value = Math.floor(Number(digits) * (factor ?? Number.NaN))
  if (digits === '' || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('an amount of memory such as 4GiB or 500MB is needed.')
  }
  return value
}

/** A number between 0 and 1. */
export const share = (text: string): number => {
  const value = amount(text)
  if (value > 1) throw new InvalidArgumentError('it is a share, at most 1.')
  return value
}

/** Names separated by commas. */
export const names = (text: string): readonly string[] => {
  const list = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (list.length === 0) throw new InvalidArgumentError('names separated by commas are needed.')
  return list
}

/** Names separated by commas, all of them known, each once. */
export const namesAmong =
  <A extends string>(known: readonly A[]) =>
  (text: string): readonly A[] => {
    const found = names(text).map((name) => {
      const one = known.find((other) => other === name)
      if (one === undefined) throw unknownName(name, known)
      return one
    })
    return [...new Set(found)]
  }
