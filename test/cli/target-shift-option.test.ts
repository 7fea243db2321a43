import { describe, expect, it } from 'vitest'
import { targetShiftName } from '../../src/data/target-shift.js'
import { readTargetKinds, readTargetShift } from '../../src/cli/options/target-shift-option.js'

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
    (text) => expect(() => readTargetShift(text)).toThrow('is not of the form none, long-tailed:<factor>'),
  )

  it.each(['long-tailed:0.5', 'long-tailed:x', 'few-classes:0', 'few-classes:2.5', 'one-class:x'])(
    'refuses %s, whose number is none of its kind',
    (text) => expect(() => readTargetShift(text)).toThrow(/^(?!.*is not of the form)/),
  )

  it('reads several kinds, each once, and none as a target with all of its images', () => {
    expect(readTargetKinds('none, long-tailed:20,few-classes:3,none,few-classes:3:1')).toEqual([
      undefined,
      { kind: 'long-tailed', factor: 20, seed: 1 },
      { kind: 'few-classes', classes: 3, seed: 1 },
    ])
  })

  it.each(['long-tailed:2.5', 'long-tailed:20:7', 'few-classes:3', 'open-set:2:5'])(
    'reads %s, which a kind is named, as that kind',
    (name) => expect(targetShiftName(readTargetShift(name))).toBe(name),
  )
})
