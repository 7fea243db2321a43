/** Numbers that a loss is given. A number that it cannot work with is a fault of the loss. */
import { erased } from '../dsl/erasure.js'
import type { Tensor } from '../dsl/index.js'
import { faulty } from '../dsl/node.js'

/** What a number must be, in words and as a test. */
interface Range {
  readonly words: string
  readonly contains: (value: number) => boolean
}

export const zeroOrMore: Range = {
  words: 'a finite number, 0 or more',
  contains: (value) => Number.isFinite(value) && value >= 0,
}

export const aboveZero: Range = {
  words: 'a finite number above 0',
  contains: (value) => Number.isFinite(value) && value > 0,
}

export const oneOrMore: Range = {
  words: '1 or more',
  contains: (value) => value >= 1,
}

export const oneOrTwo: Range = {
  words: '1 or 2',
  contains: (value) => value === 1 || value === 2,
}

export const fromZeroToOne: Range = {
  words: 'from 0 to 1',
  contains: (value) => value >= 0 && value <= 1,
}

export const fromZeroBelowOne: Range = {
  words: 'from 0 up to, but not including, 1',
  contains: (value) => value >= 0 && value < 1,
}

/** Numbers under their names, each with what it must be. */
type Settings = Readonly<Record<string, readonly [value: number, range: Range]>>

/** The loss where its numbers are in their ranges; else a fault, unless its operands have one already. */
export const withSettings = <S>(loss: string, settings: Settings, result: Tensor<S>): Tensor<S> => {
  const wrong = Object.entries(settings).find(([, [value, { contains }]]) => !contains(value))
  if (wrong === undefined || result.node.fault !== undefined) return result
  const [name, [value, { words }]] = wrong
  return erased(faulty(loss, `${loss}: ${name} is ${value}, but it must be ${words}`, []))
}
