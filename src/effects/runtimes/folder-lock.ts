/**
 * Locks on folders: a file `run.lock` names the process that writes there, and is renewed while that process lives. The
 * file outlives a process that is killed. The next process takes the lock over: at once where it can see that the process
 * is gone, and else once the lock has not been renewed for `leaseTime`.
 *
 * Only `link` and `rename` are relied on, which are atomic on network file systems, too, and ages are differences of
 * times that the file system gives, so clocks of machines may differ.
 */
import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { codeOf } from './system-error.js'
import type { LockHolder, Place } from './lock-holder.js'
import { holderIn, isAlive, isOf, lockText, startOf, thisPlace } from './lock-holder.js'
import { isTemporary, temporaryPath } from './temporary-path.js'

const lockName = 'run.lock'

export const lockPath = (folder: string): string => join(folder, lockName)

/** A lock's file as it was found. */
interface Found {
  readonly text: string
  readonly holder: LockHolder | undefined
  /** When it was last renewed, by the clock of the file system, in milliseconds. */
  readonly renewed: number
}

/** A lock that this process holds. */
interface Held {
  readonly text: string
  readonly file: fs.FileHandle
  /** Stops the renewals. */
  readonly stop: () => void
}

/** Gives undefined where a file is missing. */
const ifThere = async <A>(work: () => Promise<A>): Promise<A | undefined> => {
  try {
    return await work()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const found = (path: string): Promise<Found | undefined> =>
  ifThere(async () => {
    const [text, { mtimeMs }] = await Promise.all([fs.readFile(path, 'utf8'), fs.stat(path)])
    return { text, holder: holderIn(text), renewed: mtimeMs }
  })

/** Gives a file a second name, unless that is taken. File systems without links get a copy. */
const linked = async (from: string, to: string): Promise<boolean> => {
  try {
    await fs.link(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error
  }
  try {
    await fs.copyFile(from, to, fs.constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Removes a lock's file if it is still this one. One that took its place in the meantime is put back. */
const removeIfSame = async (path: string, text: string): Promise<void> => {
  if ((await found(path))?.text !== text) return
  const aside = temporaryPath(path)
  if ((await ifThere(() => fs.rename(path, aside).then(() => true))) === undefined) return
  if ((await fs.readFile(aside, 'utf8')) !== text) await linked(aside, path)
  await fs.rm(aside, { force: true })
}

/**
 * Removes partial files of a process that was killed while it wrote; the lock keeps other processes out, except from the
 * files by which they ask for it.
 */
const removePartialFiles = async (folder: string): Promise<void> => {
  const names = (await fs.readdir(folder)).filter((name) => isTemporary(name) && !name.startsWith(lockName))
  await Promise.all(names.map((name) => fs.rm(join(folder, name), { force: true })))
}

export interface FolderLockOptions {
  /** Milliseconds without a renewal after which a lock of another machine is taken over. */
  readonly leaseTime: number
  /** Milliseconds between renewals. */
  readonly renewEvery: number
  /** Where this process runs. */
  readonly place: () => Promise<Place>
}

/** Long enough for a process that copies its lock to write it to its end, in milliseconds. */
const writingTime = 200

/** How often a lock that vanishes, or is being taken over by others, is looked at again. */
const mostLooks = 100

export interface FolderLocks {
  /** Locks an existing folder, or gives the process that holds its lock. */
  readonly lock: (folder: string) => Promise<LockHolder | undefined>
  /** Gives a lock back, unless another process has taken it over. */
  readonly unlock: (folder: string) => Promise<void>
  /** The folder around a path whose lock this process held and another has taken over; undefined if there is none. */
  readonly lostAround: (path: string) => string | undefined
}

/** Locks of this process with these times. */
export const folderLocks = ({ leaseTime, renewEvery, place }: FolderLockOptions): FolderLocks => {
  const held = new Map<string, Held>()
  const lost = new Set<string>()

  const stands = async ({ holder, renewed, text }: Found, now: number): Promise<boolean> => {
    if (holder === undefined) return false
    if ([...held.values()].some((own) => own.text === text)) return true
    return isOf(await place(), holder) ? isAlive(holder) : now - renewed <= leaseTime
  }

  /** Writes a lock's text once more, which renews it; the time of that, by the clock of the file system. */
  const touch = async (file: fs.FileHandle, text: string): Promise<number> => {
    await file.write(text, 0)
    await file.datasync()
    return (await file.stat()).mtimeMs
  }

  /** Removes a lock whose holder is gone. Who does that holds a lock on doing it, so that it is never a newer lock. */
  const takeAway = async (path: string, own: string, dead: Found, now: () => Promise<number>) => {
    const guard = `${path}.taken-over`
    if (!(await linked(own, guard))) {
      const other = await found(guard)
      if (other !== undefined && !(await stands(other, await now()))) await removeIfSame(guard, other.text)
      else await wait(10)
      return
    }
    try {
      const again = await found(path)
      if (again?.text === dead.text && !(await stands(again, await now())))
        await removeIfSame(path, dead.text)
    } finally {
      await fs.rm(guard, { force: true })
    }
  }

  /** Takes the lock with a file of one's own, or gives its holder. */
  const take = async (
    path: string,
    own: string,
    now: () => Promise<number>,
  ): Promise<LockHolder | undefined> => {
    for (let look = 1; ; look += 1) {
      if (await linked(own, path)) return undefined
      const first = await found(path)
      const other = first?.holder === undefined ? await wait(writingTime).then(() => found(path)) : first
      if (other === undefined) continue
      if (other.holder !== undefined && (look === mostLooks || (await stands(other, await now()))))
        return other.holder
      await takeAway(path, own, other, now)
    }
  }

  /** Renews a lock as long as it is held. It is lost once another has taken it, or no renewal succeeds for `leaseTime`. */
  const keep = (folder: string, text: string, file: fs.FileHandle): Held => {
    let renewed = performance.now()
    const stop = (): void => clearInterval(timer)
    const renew = async (): Promise<void> => {
      try {
        await touch(file, text)
        if ((await found(lockPath(folder)))?.text === text) renewed = performance.now()
        else renewed = Number.NEGATIVE_INFINITY
      } finally {
        if (performance.now() - renewed > leaseTime && held.get(folder)?.text === text) {
          stop()
          lost.add(folder)
        }
      }
    }
    const timer = setInterval(() => {
      // A renewal that fails is tried again; `renewed` tells when too many have failed.
      renew().catch(() => undefined)
    }, renewEvery)
    timer.unref()
    return { text, file, stop }
  }

  return {
    lock: async (folder) => {
      const path = lockPath(folder)
      const holder = { pid: process.pid, ...(await place()), token: randomUUID() }
      const started = await startOf(process.pid)
      const text = lockText(started === undefined ? holder : { ...holder, started })
      const own = temporaryPath(path)
      const file = await fs.open(own, 'wx+')
      try {
        await touch(file, text)
        const other = await take(path, own, () => touch(file, text))
        if (other !== undefined) {
          await file.close()
          return other
        }
      } catch (error) {
        await file.close()
        throw error
      } finally {
        await fs.rm(own, { force: true })
      }
      const whole = resolve(folder)
      lost.delete(whole)
      held.set(whole, keep(whole, text, file))
      await removePartialFiles(folder)
      return undefined
    },
    unlock: async (folder) => {
      const whole = resolve(folder)
      const own = held.get(whole)
      if (own === undefined) return
      own.stop()
      held.delete(whole)
      lost.delete(whole)
      await own.file.close()
      await removeIfSame(lockPath(folder), own.text)
    },
    lostAround: (path) => {
      const whole = resolve(path)
      return [...lost].find((folder) => whole === folder || whole.startsWith(folder + sep))
    },
  }
}

/** The locks of this process: renewed every 20 seconds, taken over from another machine after two minutes. */
export const machineLocks = folderLocks({ leaseTime: 120_000, renewEvery: 20_000, place: thisPlace })
