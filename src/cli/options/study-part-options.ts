/** `--plan`, `--cell`, `--shard`, `--collect`, `--encode`: which part of a study a process does. */
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import type { Share } from '../../experiments/study/share.js'
import { wholeShare } from '../../experiments/study/share.js'
import type { OptionRefused } from '../explain-failure.js'
import { wholeNumber } from './number-option.js'

/** A share whose number the scheduler gives, or one that is written out. */
interface GivenShare {
  readonly index: number | undefined
  readonly count: number
}

export interface StudyPartChoices {
  readonly plan?: true
  /** `true` if the scheduler numbers the cells. */
  readonly cell?: number | true
  readonly shard?: GivenShare
  readonly collect?: true
  readonly encode?: true
  readonly dryRun?: true
}

/** What a process does of a study. */
export type StudyPart =
  | { readonly tag: 'Whole' }
  | { readonly tag: 'Plan' }
  | { readonly tag: 'DryRun' }
  | { readonly tag: 'Cell'; readonly index: number }
  | { readonly tag: 'Shard'; readonly share: Share }
  | { readonly tag: 'Encode'; readonly share: Share; readonly features: string }
  | { readonly tag: 'Collect' }

/** The variables in which schedulers number the tasks of a job, from 0: of arrays of Slurm, of Indexed Jobs of Kubernetes. */
export const indexVariables = ['SLURM_ARRAY_TASK_ID', 'JOB_COMPLETION_INDEX'] as const

/** `2/8`: the third of eight; `8`: one of eight, the scheduler says which. */
export const shareOption = (text: string): GivenShare => {
  const [first = '', second, ...more] = text.split('/')
  const count = wholeNumber(1)(second ?? first)
  const index = second === undefined ? undefined : wholeNumber(0)(first)
  if (more.length > 0 || (index !== undefined && index >= count)) {
    throw new InvalidArgumentError(
      `shares of ${count} are numbered from 0/${count} to ${count - 1}/${count}.`,
    )
  }
  return { index, count }
}

/** Adds the options to a command that runs a study. */
export const addStudyPartOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--plan',
        'print the runs as lines of JSON: number, name, what each needs; run nothing',
      ).conflicts(['cell', 'shard', 'collect', 'encode']),
    )
    .addOption(
      new Option(
        '--dry-run',
        'check the study, and print what it would begin with and how many runs are to be done; run nothing',
      ).conflicts(['plan', 'cell', 'shard', 'collect', 'encode']),
    )
    .addOption(
      new Option(
        '--cell [i]',
        `do run i of the plan alone, counted from 0; without i the one that ${indexVariables.join(' or ')} names`,
      )
        .argParser(wholeNumber(0))
        .conflicts(['shard', 'collect', 'encode']),
    )
    .addOption(
      new Option(
        '--shard <i/n>',
        `do share i of n of the runs, counted from 0; n alone: the share that ${indexVariables.join(' or ')} names`,
      ).argParser(shareOption),
    )
    .addOption(
      new Option(
        '--encode',
        'encode the images into the folder of --features and do no run; with --shard a share of the images',
      ).conflicts('collect'),
    )
    .addOption(
      new Option(
        '--collect',
        'print the table of the runs that are finished, and which are missing or failed, and why; run nothing',
      ).conflicts('shard'),
    )

const refused = (option: string, problem: string, advice: string): E.Either<OptionRefused, never> =>
  E.left({ tag: 'OptionRefused', option, problem, advice })

/** The number that the scheduler gives this task. */
const scheduledIndex = (
  option: string,
  environment: Readonly<Record<string, string | undefined>>,
): E.Either<OptionRefused, number> => {
  const given = indexVariables.map((name) => environment[name]).find((value) => value !== undefined)
  return given !== undefined && /^\d+$/.test(given)
    ? E.right(Number(given))
    : refused(
        option,
        given === undefined ? 'no scheduler numbers this process' : `'${given}' is no number of a task`,
        `give a number, or set ${indexVariables.join(' or ')}`,
      )
}

const shareIn = (
  { index, count }: GivenShare,
  environment: Readonly<Record<string, string | undefined>>,
): E.Either<OptionRefused, Share> => {
  if (index !== undefined) return E.right({ index, count })
  const option = `--shard ${count}`
  const scheduled = scheduledIndex(option, environment)
  return E.isRight(scheduled) && scheduled.right >= count
    ? refused(
        option,
        `the scheduler numbers this task ${scheduled.right}`,
        `number the tasks from 0 to ${count - 1}`,
      )
    : E.map((own: number): Share => ({ index: own, count }))(scheduled)
}

/** The part that the options ask for, in an environment that may number it. */
export const studyPart = (
  {
    plan,
    cell,
    shard,
    collect,
    encode,
    dryRun,
    features,
  }: StudyPartChoices & { readonly features?: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): E.Either<OptionRefused, StudyPart> => {
  if (plan) return E.right({ tag: 'Plan' })
  if (dryRun) return E.right({ tag: 'DryRun' })
  if (collect) return E.right({ tag: 'Collect' })
  if (cell !== undefined) {
    const index = cell === true ? scheduledIndex('--cell', environment) : E.right(cell)
    return E.map((known: number): StudyPart => ({ tag: 'Cell', index: known }))(index)
  }
  const share = shard === undefined ? E.right(wholeShare) : shareIn(shard, environment)
  if (!encode) {
    return shard === undefined
      ? E.right({ tag: 'Whole' })
      : E.map((own: Share): StudyPart => ({ tag: 'Shard', share: own }))(share)
  }
  return features === undefined
    ? refused('--encode', 'no folder is named for the features', 'give --features')
    : E.map((own: Share): StudyPart => ({ tag: 'Encode', share: own, features }))(share)
}
