import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { amount, bytes, names, share, wholeNumber } from '../../src/cli/options/number-option.js'

/** The value, or what is said of a text that is refused. */
const read = (parse: (text: string) => unknown, text: string): unknown => {
  try {
    return parse(text)
  } catch (error) {
    return error instanceof InvalidArgumentError ? error.message : expect.fail(String(error))
  }
}

describe('values of options', () => {
  it.each([
    ['3', 3],
    ['1e3', 1000],
    ['0', 'a whole number of at least 1 is needed.'],
    ['-3', 'a whole number of at least 1 is needed.'],
    ['1.5', 'a whole number of at least 1 is needed.'],
    ['1e300', 'a whole number of at least 1 is needed.'],
    ['many', 'not a number.'],
    ['', 'not a number.'],
    [' ', 'not a number.'],
    ['NaN', 'not a number.'],
    ['Infinity', 'not a number.'],
  ])('read %o as a whole number: %o', (text, expected) => {
    expect(read(wholeNumber(1), text)).toBe(expected)
  })

  it.each([
    ['0.01', 0.01],
    ['0', 0],
    ['-1', 'it cannot be negative.'],
    ['x', 'not a number.'],
  ])('read %o as an amount: %o', (text, expected) => {
    expect(read(amount, text)).toBe(expected)
  })

  it.each([
    ['1', 1],
    ['0.25', 0.25],
    ['1.01', 'it is a share, at most 1.'],
    ['-0.1', 'it cannot be negative.'],
  ])('read %o as a share: %o', (text, expected) => {
    expect(read(share, text)).toBe(expected)
  })

  it.each([
    ['4GiB', 4 * 2 ** 30],
    ['1.5 gib', 1.5 * 2 ** 30],
    ['500MB', 500_000_000],
    ['1024', 1024],
    ['4 elephants', 'an amount of memory such as 4GiB or 500MB is needed.'],
    ['GiB', 'an amount of memory such as 4GiB or 500MB is needed.'],
    ['-1GiB', 'an amount of memory such as 4GiB or 500MB is needed.'],
    ['0.1', 'an amount of memory such as 4GiB or 500MB is needed.'],
    ['1.2.3GiB', 'an amount of memory such as 4GiB or 500MB is needed.'],
  ])('read %o as an amount of memory: %o', (text, expected) => {
    expect(read(bytes, text)).toBe(expected)
  })

  it.each([
    ['photo', ['photo']],
    ['photo, art_painting,,cartoon ', ['photo', 'art_painting', 'cartoon']],
    [' , ', 'names separated by commas are needed.'],
  ])('read %o as names: %o', (text, expected) => {
    expect(read(names, text)).toEqual(expected)
  })
})
