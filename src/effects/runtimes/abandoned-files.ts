/** Temporary files of processes that were killed while they wrote. In a folder that is locked, the lock's next holder removes them. */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from './system-error.js'
import { stillRuns, writerOf } from './temporary-path.js'

/** A day in milliseconds: no process of another machine writes that long at a file without the file getting longer. */
const quietTime = 86_400_000

/** Whether a file is temporary, and its process is gone: it does not run here any more, or has not written for a day elsewhere. */
const isAbandoned = async (folder: string, name: string, now: number): Promise<boolean> => {
  const writer = writerOf(name)
  if (writer === undefined) return false
  const runs = await stillRuns(writer)
  return runs === undefined ? now - (await fs.stat(join(folder, name))).mtimeMs > quietTime : !runs
}

/** What a folder may refuse to a process that may write in it, and what other processes do at the same time. */
const isNoMatter = (error: unknown): boolean => ['ENOENT', 'EACCES', 'EPERM'].includes(codeOf(error))

const unlessNoMatter = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    if (!isNoMatter(error)) throw error
  }
}

/** Removes the temporary files in a folder whose processes are gone. `now` is a time by the clock of its file system. */
export const removeAbandoned = (folder: string, now: number): Promise<void> =>
  unlessNoMatter(async () => {
    for (const name of await fs.readdir(folder)) {
      await unlessNoMatter(async () => {
        if (await isAbandoned(folder, name, now)) await fs.rm(join(folder, name), { force: true })
      })
    }
  })
