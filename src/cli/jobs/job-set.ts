/** The jobs of a study: encoding its images, doing its runs, collecting its table; and what each asks a scheduler for. Pure. */
import { largest } from '../../values/extremes.js'
import { studyFolders } from '../../experiments/study/study-directory.js'
import type { PlannedCell } from './planned-cell.js'
import { withThreads } from './study-words.js'

/** The file that hands the others over, or does all of the work. */
export const submitFile = 'submit.sh'

/** What a task asks for. */
export interface JobRequest {
  readonly tasks: number
  readonly cpus: number
  readonly gpus: number
  /** Bytes. */
  readonly memory: number
  readonly minutes: number
}

/** A job of numbered tasks, all with the same command. */
export interface Job extends JobRequest {
  readonly name: string
  /** The command of a task, as words. It finds its number in its environment. */
  readonly command: readonly string[]
}

/** The jobs of a study, in the order in which they depend on each other. */
export interface JobSet {
  /** Of the study, for schedulers: letters, digits and hyphens. */
  readonly name: string
  /** The folder that relative paths in the commands start from. */
  readonly workingFolder: string
  /** Where the job files are, and their logs. */
  readonly folder: string
  /** The file that the table is written to. */
  readonly table: string
  readonly encode: Job
  readonly cells: Job
  readonly collect: Job
}

/** What a person asked for in place of estimates. */
export interface JobChoices {
  readonly tasks?: number
  readonly encodeTasks?: number
  readonly cpus: number
  readonly gpus: number
  readonly memory?: number
  readonly time?: number
}

/** A processor core does no fewer floating-point operations in a second: half of what a slow one was measured at. */
const coreSpeed = 5e9
/** A process that starts reads CLIP and lists the images, in minutes. */
const startMinutes = 10
/** Images that one task encodes, unless that would make more tasks than this. */
const [imagesInTask, mostEncodeTasks] = [2000, 16]
/** As many tasks as schedulers take in one job by default. */
const mostTasks = 1000
/** The estimate counts what a program needs; allocators and the runtime take more. */
const memoryMargin = 1.3

const minutesFor = (operations: number, cpus: number): number =>
  startMinutes + Math.ceil(operations / (coreSpeed * cpus) / 60)

/** A name that schedulers accept: of the last part of a path. */
const schedulerName = (path: string): string =>
  path
    .toLowerCase()
    .split('/')
    .filter((part) => part !== '')
    .slice(-1)
    .join('')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40) || 'study'

/**
 * The jobs of a study whose command has these words (`table --data ...`, with `--features`). A task does one run, or a share of
 * them where there are more runs than tasks. It computes in as many threads as it has cores.
 */
export const jobSet = (
  {
    program,
    words,
    study,
    workingFolder,
    cells,
  }: {
    readonly program: readonly string[]
    readonly words: readonly string[]
    /** The directory of the study. */
    readonly study: string
    readonly workingFolder: string
    readonly cells: readonly PlannedCell[]
  },
  { tasks, encodeTasks, cpus, gpus, memory, time }: JobChoices,
): JobSet => {
  const command = [...program, ...words]
  const ownThreads = withThreads(words, cpus)
  const count = Math.max(Math.min(tasks ?? mostTasks, cells.length), 1)
  const needs = cells.map(({ needs: own }) => own)
  const images = largest([0, ...needs.map((own) => own.images)])
  const encoding = largest([0, ...needs.map((own) => own.encodingOperations)])
  const encoders = encodeTasks ?? Math.min(Math.max(Math.ceil(images / imagesInTask), 1), mostEncodeTasks)
  const needed = largest([0, ...needs.map((own) => own.memory)])
  const shared = { cpus, gpus, memory: memory ?? Math.ceil(memoryMargin * needed) }
  const inTask = Math.ceil(cells.length / count)
  const longest = largest([0, ...needs.map((own) => own.operations)])
  const name = schedulerName(study)
  const folder = `${study}/${studyFolders.jobs}`
  return {
    name,
    workingFolder,
    folder,
    table: `${study}/table.txt`,
    encode: {
      name: `${name}-encode`,
      command: [...program, ...ownThreads, '--encode', '--shard', String(encoders)],
      tasks: encoders,
      minutes: time ?? minutesFor((2 * encoding) / encoders, cpus),
      ...shared,
    },
    cells: {
      name: `${name}-cells`,
      command: [
        ...program,
        ...ownThreads,
        ...(count === cells.length ? ['--cell'] : ['--shard', String(count)]),
      ],
      tasks: count,
      minutes: time ?? minutesFor(2 * longest * inTask, cpus),
      ...shared,
    },
    collect: {
      name: `${name}-collect`,
      command: [...command, '--collect'],
      tasks: 1,
      minutes: time ?? startMinutes,
      ...shared,
      cpus: 1,
      gpus: 0,
    },
  }
}
