import { describe, expect, it } from 'vitest'
import { readTargetShift } from '../../src/cli/options/target-shift-option.js'

describe('--target-shift', () => {
  it.each([
    ['long-tailed:100', { kind: 'long-tailed', factor: 100, seed: 1 }],
    ['long-tailed:2.5:7', { kind: 'long-tailed', factor: 2.5, seed: 7 }],
    ['few-classes:3', { kind: 'few-classes', classes: 3, seed: 1 }],
    ['one-class', { kind: 'few-classes', classes: 1, seed: 1 }],
    ['open-set:2', { kind: 'open-set', unknown: 2, seed: 1 }],
    ['open-set:2:5', { kind: 'open-set', unknown: 2, seed: 5 }],
    ['one-class:9', { kind: 'few-classes', classes: 1, seed: 9 }],
  ])('reads %s', (text, shift) => expect(readTargetShift(text)).toEqual(shift))

  it.each(['', 'balanced', 'long-tailed', 'few-classes', 'one-class:1:2', 'few-classes:1:2:3', 'open-set'])(
    'refuses %s, and says which forms there are',
    (text) => expect(() => readTargetShift(text)).toThrow('is not of the form long-tailed:<factor>'),
  )

  it.each(['long-tailed:0.5', 'long-tailed:x', 'few-classes:0', 'few-classes:2.5', 'one-class:x'])(
    'refuses %s, whose number is none of its kind',
    (text) => expect(() => readTargetShift(text)).toThrow(/^(?!.*is not of the form)/),
  )
})
