/**
 * Locks on folders of the machine: a file `run.lock` names the process that writes there. The file outlives a process
 * that is killed; the next process sees that it is dead, and takes the lock.
 */
import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { parse } from 'fp-ts/lib/Json.js'
import * as t from 'io-ts'
import { codeOf } from './system-error.js'
import { isTemporary } from './temporary-path.js'

const holderCodec = t.readonly(t.type({ pid: t.Int, host: t.string }))
/** A process that writes in a folder. */
type LockHolder = t.TypeOf<typeof holderCodec>

export const lockPath = (folder: string): string => join(folder, 'run.lock')

/** Locks of this process. Another process may have had its number before it. */
const held = new Set<string>()

/** Whether there is a process of this number. A process that may not be signalled exists. */
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** Whether a lock still stands: other machines' processes cannot be asked. */
const stands = (path: string, { pid, host }: LockHolder): boolean =>
  host !== hostname() || (pid === process.pid ? held.has(path) : isAlive(pid))

const holderIn = (text: string): LockHolder | undefined =>
  pipe(
    parse(text),
    E.chainW((content) => holderCodec.decode(content)),
    E.getOrElseW(() => undefined),
  )

/** The process that holds a lock; undefined if there is no lock, or its process died before it had written its name. */
const holderOf = async (path: string): Promise<LockHolder | undefined> => {
  try {
    return holderIn(await fs.readFile(path, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Makes the lock if there is none. */
const made = async (path: string): Promise<boolean> => {
  try {
    await fs.writeFile(path, `${JSON.stringify({ pid: process.pid, host: hostname() })}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Long enough for a process that has made its lock to write its name into it, in milliseconds. */
const writingTime = 200

/** Removes partial files of a process that was killed while it wrote; the lock keeps other processes out. */
const removePartialFiles = async (folder: string): Promise<void> => {
  const names = (await fs.readdir(folder)).filter(isTemporary)
  await Promise.all(names.map((name) => fs.rm(join(folder, name), { force: true })))
}

/** Locks an existing folder, or gives the process that holds its lock. */
export const lockFolder = async (folder: string): Promise<LockHolder | undefined> => {
  const path = lockPath(folder)
  if (!(await made(path))) {
    const holder = (await holderOf(path)) ?? (await wait(writingTime).then(() => holderOf(path)))
    if (holder !== undefined && stands(path, holder)) return holder
    await fs.rm(path, { force: true })
    if (!(await made(path))) return lockFolder(folder)
  }
  held.add(path)
  await removePartialFiles(folder)
  return undefined
}

export const unlockFolder = async (folder: string): Promise<void> => {
  const path = lockPath(folder)
  held.delete(path)
  await fs.rm(path, { force: true })
}
