/** `adclip submit`: a table or an ablation as jobs for a scheduler, or for several processes of this machine. */
import { availableParallelism, freemem } from 'node:os'
import { join, relative } from 'node:path'
import { Command, Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { Effect } from '../../effects/index.js'
import { studyFolders } from '../../experiments/study/study-directory.js'
import { gibibytes } from '../../effects/explain.js'
import { makeFolder } from '../../effects/operations.js'
import { writeText } from '../../effects/text-file.js'
import { withoutEngine } from '../options/engine-option.js'
import { configurationFileIn, withConfigurationFile } from '../options/configuration-file.js'
import { decodeOptions } from '../options/decode-options.js'
import { bytes, wholeNumber } from '../options/number-option.js'
import type { JobChoices, JobSet } from '../jobs/job-set.js'
import { jobSet, submitFile } from '../jobs/job-set.js'
import { kubernetesFiles } from '../jobs/kubernetes.js'
import { localFiles, processesFor } from '../jobs/local.js'
import type { PlannedCell } from '../jobs/planned-cell.js'
import { plannedCells } from '../jobs/planned-cell.js'
import { shellWords } from '../jobs/shell-words.js'
import { slurmFiles } from '../jobs/slurm.js'
import { withOption, withoutOption, withThreads } from '../jobs/study-words.js'
import type { Scheduler } from '../jobs/submission.js'
import { schedulers, submissionFile, submissionOf } from '../jobs/submission.js'
import type { CommandFailure, OptionRefused } from '../explain-failure.js'
import { printNotice, printResult } from '../output.js'
import { failWith, runEffect } from '../run-effect.js'
import { runProgram } from '../run-program.js'

interface SubmitOptions extends JobChoices {
  readonly on: Scheduler
  readonly now: boolean
  readonly program?: string
  readonly partition?: string
  readonly image?: string
  readonly volume?: string
  readonly mount?: string
  readonly namespace?: string
  readonly parallel?: number
}

const refusal = (option: string, problem: string, advice: string): OptionRefused => ({
  tag: 'OptionRefused',
  option,
  problem,
  advice,
})

/** This command, as words that start it from anywhere. */
const thisProgram: readonly string[] = [process.execPath, ...process.argv.slice(1, 2)]

/** The folder of a study, from one of its runs. */
const studyFolder = ({ directory, name }: PlannedCell): string => directory.slice(0, -name.length - 1)

/** Asks the command of the study for its plan. Fails with its exit code where it has none, which it has said itself. */
const askForPlan = async (
  words: readonly string[],
): Promise<E.Either<number | CommandFailure, readonly PlannedCell[]>> => {
  const [program = '', ...args] = thisProgram
  const ended = await runProgram(program, [...args, ...words, '--plan'], { kept: ['stdout'] })()
  if (E.isLeft(ended)) return E.left(refusal('<command>', ended.left, 'start it by itself with --plan'))
  const { code, stdout } = ended.right
  if (code !== 0) return E.left(code)
  const lines = stdout.split('\n').filter((line) => line !== '')
  return decodeOptions(
    plannedCells,
    lines.map((line): unknown => JSON.parse(line)),
  )
}

/** The files of the jobs, by name. */
const filesFor = (
  options: SubmitOptions,
  set: JobSet,
  { program, words }: { readonly program: readonly string[]; readonly words: readonly string[] },
): E.Either<OptionRefused, Readonly<Record<string, string>>> => {
  const { on, image, volume, mount = set.workingFolder, memory = 0.8 * freemem() } = options
  if (on === 'slurm') return E.right(slurmFiles(set, options))
  if (on === 'local') {
    const cores = availableParallelism()
    const processes = processesFor(set, memory, Math.min(cores, options.parallel ?? Infinity))
    printNotice(
      `${processes} at a time: a run needs about ${gibibytes(set.cells.memory)}, and ${gibibytes(memory)} are allowed`,
    )
    const each = withThreads(words, Math.max(Math.floor(cores / processes), 1))
    return E.right(
      localFiles(set, { encode: [...program, ...words], cells: [...program, ...each] }, processes),
    )
  }
  return image === undefined || volume === undefined
    ? E.left(refusal('--on kubernetes', 'it needs an image and a volume', 'give --image and --volume'))
    : E.right(kubernetesFiles(set, { ...options, image, volume, mount }))
}

const definitions = {
  table: async () => (await import('./table.js')).defineTable,
  ablate: async () => (await import('./ablate.js')).defineAblate,
} as const

/** The words of a study with those of the file that they name, so that its jobs need no such file. */
const withFileOptions = async (
  study: keyof typeof definitions,
  words: readonly string[],
): Promise<E.Either<OptionRefused, readonly string[]>> => {
  const file = configurationFileIn(words)
  if (file === undefined) return E.right(words)
  const definition = new Command(study)
  const define = await definitions[study]()
  define(definition)
  return pipe(
    await withConfigurationFile(words, file, definition),
    E.map((all) => withoutOption(all, '--config')),
  )
}

const submit = async (given: readonly string[], options: SubmitOptions, command: Command): Promise<void> => {
  const [first] = given
  if (first !== 'table' && first !== 'ablate') {
    const advice = 'write it after two hyphens: adclip submit --on slurm -- table --data ...'
    const problem = `'${first ?? ''}' is no command that runs a study`
    failWith(command, refusal('<command>', problem, advice))
    return
  }
  const whole = await withFileOptions(first, given)
  if (E.isLeft(whole)) {
    failWith(command, whole.left)
    return
  }
  const words = whole.right
  const planned = await askForPlan(words)
  if (E.isLeft(planned)) {
    if (typeof planned.left === 'number') process.exitCode = planned.left
    else failWith(command, planned.left)
    return
  }
  const cells = planned.right
  const study = cells.slice(0, 1).map(studyFolder).join('')
  // The runs read what the first job has encoded.
  const all = withOption(words, '--features', `${study}/${studyFolders.features}`)
  const program = options.program?.split(/\s+/) ?? (options.on === 'kubernetes' ? ['adclip'] : thisProgram)
  // On this machine the limit is for all processes together.
  const { memory: _, ...unlimited } = options
  const set = jobSet(
    { program, words: all, study, workingFolder: options.mount ?? process.cwd(), cells },
    options.on === 'local' ? unlimited : options,
  )
  const files = filesFor(options, set, { program, words: all })
  if (E.isLeft(files)) {
    failWith(command, files.left)
    return
  }
  const { folder } = set
  const plan = cells.map(({ index, name }) => JSON.stringify({ index, name })).join('\n')
  const write = pipe(
    [
      ...Object.entries(files.right),
      ['plan.jsonl', `${plan}\n`] as const,
      [
        submissionFile,
        `${JSON.stringify(submissionOf(options.on, set, options.namespace), undefined, 2)}\n`,
      ] as const,
    ],
    Effect.traverseArray(([name, text]) => writeText(join(folder, name), text)),
  )
  await runEffect(command, withoutEngine, pipe(makeFolder(folder), Effect.apSecond(write)), () => {
    const { encode, cells: runs } = set
    printResult(
      `${runs.tasks} tasks for ${cells.length} runs, ${encode.tasks} to encode the images; each asks for ${gibibytes(runs.memory)} and ${runs.minutes} minutes`,
    )
    printResult(
      `files: ${relative('', folder)}; hand them over: ${shellWords(['bash', join(folder, submitFile)])}`,
    )
    printResult(`progress: ${shellWords(['adclip', 'status', study])}`)
  })
  if (options.now && process.exitCode === undefined) {
    const ended = await runProgram('bash', [join(folder, submitFile)], { kept: [] })()
    if (E.isRight(ended)) process.exitCode = ended.right.code
    else failWith(command, refusal('--now', ended.left, 'hand the files over by hand'))
  }
}

export const defineSubmit = (definition: Command): void => {
  definition
    .argument('<command...>', 'the command of the study with its options, after two hyphens')
    .addOption(new Option('--on <scheduler>', 'who runs the jobs').choices(schedulers).makeOptionMandatory())
    .option('--now', 'hand the jobs over, too: to sbatch, to kubectl, or to processes of this machine', false)
    .option(
      '--tasks <n>',
      'tasks that the runs are divided into (default: one each, at most 1000)',
      wholeNumber(1),
    )
    .option(
      '--encode-tasks <n>',
      'tasks that the images are divided into (default: by their number)',
      wholeNumber(1),
    )
    .option('--cpus <n>', 'cores of a task, and threads of its engine', wholeNumber(1), 1)
    .option('--gpus <n>', 'GPUs of a task', wholeNumber(0), 0)
    .option(
      '--memory <size>',
      'of a task, or on this machine of all together (default: counted from the programs; here 80 % of what is free)',
      bytes,
    )
    .option('--time <minutes>', 'of a task (default: counted from the programs, generously)', wholeNumber(1))
    .option('--parallel <n>', 'tasks at a time at most (kubernetes, local)', wholeNumber(1))
    .option('--program <words>', 'how a task starts adclip (default: this program; in containers: adclip)')
    .option('--partition <name>', 'slurm: the partition')
    .option('--image <name>', 'kubernetes: an image that holds adclip')
    .option('--volume <claim>', 'kubernetes: the claim of a volume that all pods can write to')
    .option(
      '--mount <path>',
      'kubernetes: where it is in the containers; relative paths start there (default: this folder)',
    )
    .option('--namespace <name>', 'kubernetes: the namespace')
    .action(submit)
}
