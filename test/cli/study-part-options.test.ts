import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { shareOption, studyPart } from '../../src/cli/options/study-part-options.js'
import { expectLeft, expectRight } from '../expect-either.js'

describe('the share of a study on the command line', () => {
  it('is a number of so many, or one that the scheduler numbers', () => {
    expect(shareOption('2/8')).toEqual({ index: 2, count: 8 })
    expect(shareOption('8')).toEqual({ index: undefined, count: 8 })
  })

  it.each(['8/8', '1/2/3', '0', '-1/4', 'a/b', ''])("refuses '%s'", (text) => {
    expect(() => shareOption(text)).toThrow(InvalidArgumentError)
  })
})

describe('the part of a study that a process does', () => {
  it.each([
    { choices: {}, environment: { SLURM_ARRAY_TASK_ID: '3' }, part: { tag: 'Whole' } },
    { choices: { cell: 5 }, environment: { SLURM_ARRAY_TASK_ID: '3' }, part: { tag: 'Cell', index: 5 } },
    { choices: { cell: true }, environment: { SLURM_ARRAY_TASK_ID: '3' }, part: { tag: 'Cell', index: 3 } },
    { choices: { cell: true }, environment: { JOB_COMPLETION_INDEX: '0' }, part: { tag: 'Cell', index: 0 } },
    {
      choices: { shard: { index: undefined, count: 4 } },
      environment: { JOB_COMPLETION_INDEX: '2' },
      part: { tag: 'Shard', share: { index: 2, count: 4 } },
    },
    {
      choices: { encode: true, features: 'kept' },
      environment: {},
      part: { tag: 'Encode', share: { index: 0, count: 1 }, features: 'kept' },
    },
  ] as const)(
    'is $part for $choices where the scheduler says $environment',
    ({ choices, environment, part }) => {
      expect(expectRight(studyPart(choices, environment))).toEqual(part)
    },
  )

  it.each([
    {
      choices: { cell: true },
      environment: {},
      option: '--cell',
      problem: 'no scheduler numbers this process',
    },
    {
      choices: { cell: true },
      environment: { SLURM_ARRAY_TASK_ID: 'x' },
      option: '--cell',
      problem: "'x' is no number of a task",
    },
    {
      choices: { shard: { index: undefined, count: 2 } },
      environment: { SLURM_ARRAY_TASK_ID: '2' },
      option: '--shard 2',
      problem: 'the scheduler numbers this task 2',
    },
    {
      choices: { encode: true },
      environment: {},
      option: '--encode',
      problem: 'no folder is named for the features',
    },
  ] as const)('is refused: $option, $problem', ({ choices, environment, option, problem }) => {
    expect(expectLeft(studyPart(choices, environment))).toMatchObject({
      tag: 'OptionRefused',
      option,
      problem,
    })
  })
})
