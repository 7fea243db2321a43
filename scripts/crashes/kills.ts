/**
 * Kills of a process, at random moments of its whole life or just after a random one of its changes to the disk, and where
 * they fell.
 */
import type { FSWatcher } from 'node:fs'
import { mkdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { isTemporary } from '../../src/effects/runtimes/temporary-path.js'
import type { Job } from './jobs.js'
import type { Outcome } from './processes.js'
import { start } from './processes.js'
import type { Files } from './readable.js'

/** When a process is killed: after some milliseconds, or some milliseconds after a number of changes to its folders. */
export interface Moment {
  readonly changes: number
  readonly milliseconds: number
}

/** The life of a process that nothing disturbs. */
export interface Life {
  readonly outcome: Outcome
  readonly milliseconds: number
  /** Changes of files that were seen in the folders that it writes. */
  readonly changes: number
}

/** Watches folders and those below them. */
const watchFolders = (folder: string, job: Job, seen: () => void): (() => void) => {
  const watchers: readonly FSWatcher[] = job.writes.map((name) => {
    const path = join(folder, name)
    mkdirSync(path, { recursive: true })
    return watch(path, { recursive: true }, seen)
  })
  return () => {
    for (const watcher of watchers) watcher.close()
  }
}

/** Runs a job to its end. */
export const live = async (folder: string, job: Job): Promise<Life> => {
  let changes = 0
  const unwatch = watchFolders(folder, job, () => {
    changes += 1
  })
  const begun = performance.now()
  const outcome = await start(folder, job.args).outcome
  unwatch()
  return { outcome, milliseconds: performance.now() - begun, changes }
}

/** A process that was killed, or ended before. */
export interface Death {
  readonly pid: number
  readonly killed: boolean
  readonly outcome: Outcome
}

/** Starts a job, and kills it at a moment. */
export const killAt = async (folder: string, job: Job, { changes, milliseconds }: Moment): Promise<Death> => {
  let left = changes
  let timer: NodeJS.Timeout | undefined
  const arm = (): void => {
    timer ??= setTimeout(() => running.kill('SIGKILL'), milliseconds)
  }
  const unwatch = watchFolders(folder, job, () => {
    left -= 1
    if (left === 0) arm()
  })
  const running = start(folder, job.args)
  if (changes === 0) arm()
  const outcome = await running.outcome
  clearTimeout(timer)
  unwatch()
  return { pid: running.pid, killed: outcome.code === null, outcome }
}

/** Parts of a process's life, in the order in which they come. */
export const phases = [
  'before it locked its folder',
  'locked, before its first step',
  'between steps',
  'while it wrote a file',
  'while it fetched',
  'after its last step',
] as const
export type Phase = (typeof phases)[number]

const linesIn = (files: Files): number =>
  [...files].reduce(
    (sum, [path, bytes]) =>
      sum + (path.endsWith('metrics.jsonl') ? bytes.toString('utf8').split('\n').length - 1 : 0),
    0,
  )

const sizeOfParts = (files: Files): number =>
  [...files].reduce(
    (sum, [path, bytes]) => sum + (/\.[0-9a-f]{12}\.partial$/.test(path) ? bytes.length : 0),
    0,
  )

/** Where a kill fell, by what it left on disk, and what was there before the process started. */
export const phaseOf = (pid: number, before: Files, after: Files): Phase => {
  const paths = [...after.keys()]
  const isNew = (path: string): boolean => !before.has(path)
  if (paths.some((path) => isTemporary(path) && isNew(path) && !path.includes('run.lock')))
    return 'while it wrote a file'
  const holds = [...after].some(
    ([path, bytes]) => path.endsWith('run.lock') && bytes.toString('utf8').includes(`"pid":${pid},`),
  )
  if (!holds) return 'before it locked its folder'
  if (sizeOfParts(after) > sizeOfParts(before)) return 'while it fetched'
  const results = /(prompt_learner|clip|open_clip_model)\.safetensors$/
  if (paths.some((path) => results.test(path) && isNew(path))) return 'after its last step'
  return linesIn(after) > linesIn(before) ? 'between steps' : 'locked, before its first step'
}
