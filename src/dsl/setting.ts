/** Numbers that an operation, a loss or an optimizer is given: what they must be, and the sentence of one that is not. */

/** What a number must be, in words and as a test. */
export interface Range {
  readonly words: string
  readonly contains: (value: number) => boolean
}

const isFiniteFromZero = (value: number): boolean => Number.isFinite(value) && value >= 0

export const notNegative: Range = {
  words: 'a finite number that is not negative',
  contains: isFiniteFromZero,
}

export const zeroOrMore: Range = { words: 'a finite number, 0 or more', contains: isFiniteFromZero }

export const finite: Range = { words: 'a finite number', contains: Number.isFinite }

export const numberOrInfinity: Range = {
  words: 'a number, which may be infinite',
  contains: (value) => !Number.isNaN(value),
}

export const wholeFromZero: Range = {
  words: 'a whole number, 0 or more',
  contains: (value) => Number.isSafeInteger(value) && value >= 0,
}

export const aboveZero: Range = {
  words: 'a finite number above 0',
  contains: (value) => Number.isFinite(value) && value > 0,
}

export const fromZeroToOne: Range = {
  words: 'from 0 to 1',
  contains: (value) => value >= 0 && value <= 1,
}

export const fromZeroBelowOne: Range = {
  words: 'from 0 up to, but not including, 1',
  contains: (value) => value >= 0 && value < 1,
}

/** `delta is 0, but it must be a finite number above 0`; undefined for a number in the range. */
export const outOfRange = (name: string, value: number, { words, contains }: Range): string | undefined =>
  contains(value) ? undefined : `${name} is ${value}, but it must be ${words}`
