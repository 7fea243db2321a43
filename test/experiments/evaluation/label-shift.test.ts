import { describe, expect, it } from 'vitest'
import { methodConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import { effectiveClasses, labelShiftWarnings } from '../../../src/experiments/evaluation/label-shift.js'
import { methodNames, takesClassesAsEven } from '../../../src/methods/index.js'
import { f32 } from '../../support/evaluation.js'

/** Sure predictions of these classes of four. */
const sureOf = (guesses: readonly number[]): readonly (readonly number[])[] =>
  guesses.map((guess) => Array.from({ length: 4 }, (_, k) => (k === guess ? 30 : 0)))
const tableOf = (guesses: readonly number[], adapted: readonly number[] = guesses.toReversed()) => ({
  zeroShot: f32([guesses.length, 4], sureOf(guesses).flat()),
  adapted: f32([adapted.length, 4], sureOf(adapted).flat()),
})

describe('the number of classes that predictions are spread over', () => {
  it('is that of the classes that are predicted equally often', () => {
    expect(effectiveClasses(sureOf([0, 1, 2, 3]))).toBeCloseTo(4, 6)
    expect(effectiveClasses(sureOf([2, 2, 1, 1]))).toBeCloseTo(2, 6)
    expect(effectiveClasses(sureOf([3, 3]))).toBeCloseTo(1, 6)
  })

  it('counts a class that is predicted seldom for less than one', () => {
    const found = effectiveClasses(sureOf([0, 0, 0, 0, 0, 0, 0, 1]))
    expect(found).toBeGreaterThan(1)
    expect(found).toBeLessThan(2)
  })
})

describe('the warning of a target that may lack classes', () => {
  it('is given where predictions are spread over few, and names how many', () => {
    const [warning = ''] = labelShiftWarnings(methodConfiguration('shot-im'), tableOf([0, 0, 1, 1]))
    expect(warning).toContain('about 2.0 of 4 classes')
    expect(warning).toContain('SHOT-IM')
  })

  it('says of Gated TransCLIP that zero-shot predictions are kept where they are, and nothing where they are not', () => {
    const gated = methodConfiguration('gated-transclip')
    const [warning = ''] = labelShiftWarnings(gated, tableOf([0, 1, 2, 3], [0, 1, 2, 3]))
    expect(warning).toContain('predictions of the target are kept')
    expect(warning).toContain('by 2 standard deviations')
    expect(labelShiftWarnings(gated, tableOf([0, 1, 2, 3], [0, 1, 2, 2]))).toEqual([])
    expect(labelShiftWarnings(gated, tableOf([0, 0, 1, 1]))).toEqual([])
  })

  it('is not given where they are spread over most, nor without images', () => {
    expect(labelShiftWarnings(methodConfiguration('shot-im'), tableOf([0, 1, 2, 3]))).toEqual([])
    expect(labelShiftWarnings(methodConfiguration('shot-im'), tableOf([]))).toEqual([])
  })

  it('is not given to methods that do not take classes to be equally frequent', () => {
    for (const name of ['zero-shot', 'stata', 'coop', 'pda'] as const)
      expect(labelShiftWarnings(methodConfiguration(name), tableOf([0, 0, 1, 1]))).toEqual([])
  })

  it('is given to preset robust, to alignment, to methods that maximise the information of predictions, and to mixtures without anchors', () => {
    expect(methodNames.filter((name) => takesClassesAsEven(methodConfiguration(name)))).toEqual([
      'shot-im',
      'unimos',
      'damp',
      'alignment',
      'zlap',
      'transclip',
    ])
    expect(takesClassesAsEven(methodConfiguration('ad-clip', 'robust'))).toBe(true)
  })
})
