import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { expectLeft, expectRight } from '../expect-either.js'
import { namesAmong } from '../../src/cli/options/number-option.js'
import { assignments } from '../../src/cli/options/assignments.js'
import { checkMetric, domainPairs, wholeNumbers } from '../../src/cli/options/study-options.js'

describe('pairs of domains on the command line', () => {
  it('are sources and targets, or all', () => {
    expect(domainPairs('photo:sketch, Real World:art')).toEqual([
      { source: 'photo', target: 'sketch' },
      { source: 'Real World', target: 'art' },
    ])
    expect(domainPairs('all')).toBe('all')
    expect(domainPairs('photo:sketch,photo: sketch')).toEqual([{ source: 'photo', target: 'sketch' }])
  })

  it.each(['photo', 'photo:', ':sketch', 'photo:sketch:art', 'photo:sketch,art'])('refuse %s', (text) => {
    expect(() => domainPairs(text)).toThrow(InvalidArgumentError)
    expect(() => domainPairs(text)).toThrow(/is not of the form source:target\.$/)
  })
})

describe('seeds on the command line', () => {
  it('are whole numbers, each once', () => {
    expect(wholeNumbers(0)('3, 1,2,1')).toEqual([3, 1, 2])
  })

  it.each(['', '1,x', '1.5', '-1'])("refuse '%s'", (text) => {
    expect(() => wholeNumbers(0)(text)).toThrow(InvalidArgumentError)
  })
})

describe('names on the command line', () => {
  it('must be known names', () => {
    expect(namesAmong(['paper', 'robust'])('robust,paper,robust')).toEqual(['robust', 'paper'])
    expect(() => namesAmong(['paper', 'robust'])('robust,best')).toThrow("'best' is none of paper, robust.")
  })

  it('are named where a name is near to one of them', () => {
    expect(() => namesAmong(['paper', 'robust'])('robast')).toThrow(
      "'robast' is none of paper, robust. Is 'robust' meant?",
    )
    expect(() => assignments(['entropy', 'divergence'])('entrop=0.1')).toThrow("Is 'entropy' meant?")
  })
})

describe('a score of unknown classes', () => {
  it.each(['harmonic-mean', 'auroc'] as const)('is refused where all classes are known: %s', (metric) => {
    const few = { kind: 'few-classes', classes: 2, seed: 1 } as const
    const open = { kind: 'open-set', unknown: 2, seed: 1 } as const
    for (const choice of [{ metric }, { metric, targetShift: [few] }, { metric, targetShift: [open, few] }]) {
      expect(expectLeft(checkMetric(choice))).toMatchObject({ tag: 'OptionRefused', option: '--metric' })
    }
    expectRight(checkMetric({ metric, targetShift: [open, { ...open, seed: 2 }] }))
  })

  it('is not needed for accuracies', () => {
    expectRight(checkMetric({ metric: 'overall' }))
    expectRight(checkMetric({ metric: 'balanced' }))
  })
})
