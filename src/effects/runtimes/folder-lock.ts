/**
 * Locks on folders: a file `run.lock` names the process that writes there, and is renewed while that process lives. The
 * file outlives a process that is killed. The next process takes the lock over: at once where it can see that the process
 * is gone, and else once the lock has not been renewed for `leaseTime`.
 *
 * Only `link` is relied on, which is atomic on network file systems, too (see `lock-file.ts`), and ages are differences of times
 * that the file system gives, so clocks of machines may differ.
 */
import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import type { FoundLock, OwnFile } from './lock-file.js'
import { foundLock, isClaim, linked, removeExactly } from './lock-file.js'
import type { LockHolder, Place } from './lock-holder.js'
import { isAlive, isOf, lockText, startOf, thisPlace } from './lock-holder.js'
import { codeOf } from './system-error.js'
import { isTemporary, temporaryPath } from './temporary-path.js'

const lockName = 'run.lock'

export const lockPath = (folder: string): string => join(folder, lockName)

/** A lock that this process holds. */
interface Held {
  readonly text: string
  readonly file: fs.FileHandle
  /** Stops the renewals. */
  readonly stop: () => void
}

export interface FolderLockOptions {
  /** Milliseconds without a renewal after which a lock of another machine is taken over. */
  readonly leaseTime: number
  /** Milliseconds between renewals. */
  readonly renewEvery: number
  /** Where this process runs. */
  readonly place: () => Promise<Place>
}

/** How often a lock that vanishes, or is being taken over by others, is looked at again. */
const mostLooks = 100

export interface FolderLocks {
  /** Locks an existing folder, or gives the process that holds its lock. */
  readonly lock: (folder: string) => Promise<LockHolder | undefined>
  /** Gives a lock back, unless another process has taken it over. */
  readonly unlock: (folder: string) => Promise<void>
  /** The process that lives and holds the lock of a folder, by this machine's clock: nothing is written. */
  readonly holder: (folder: string) => Promise<LockHolder | undefined>
  /** The folder around a path whose lock this process held and another has taken over; undefined if there is none. */
  readonly lostAround: (path: string) => string | undefined
}

/** Locks of this process with these times. */
export const folderLocks = ({ leaseTime, renewEvery, place }: FolderLockOptions): FolderLocks => {
  const held = new Map<string, Held>()
  const lost = new Set<string>()

  const stands = async ({ holder, renewed, text }: FoundLock, now: number): Promise<boolean> => {
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

  /** Takes the lock with a file of one's own, or gives its holder. */
  const take = async (
    path: string,
    own: OwnFile,
    now: () => Promise<number>,
  ): Promise<LockHolder | undefined> => {
    const isGone = async (of: FoundLock): Promise<boolean> => !(await stands(of, await now()))
    for (let look = 1; ; look += 1) {
      if (await linked(own, path)) return undefined
      const other = await foundLock(path)
      if (other === undefined) continue
      if (other.holder !== undefined && (look === mostLooks || !(await isGone(other)))) return other.holder
      await removeExactly(path, path, other.text, own, isGone)
    }
  }

  /**
   * Removes a lock if it is still the one of this text. One that another process has claimed is that one's matter. The claim on it
   * is the lock itself under a second name, so nothing has to be written to a disk that may be full.
   */
  const giveBack = async (path: string, text: string, now: () => Promise<number>): Promise<void> => {
    const mayGo = async (of: FoundLock): Promise<boolean> =>
      of.text === text || !(await stands(of, await now()))
    try {
      for (let look = 1; look <= mostLooks && (await foundLock(path))?.text === text; look += 1) {
        await removeExactly(path, path, text, { path, text }, mayGo)
      }
    } catch (error) {
      // Another process has taken the lock over and given it back, or the folder is gone.
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }

  /**
   * Removes what processes left that were killed while they wrote in a folder or asked for its lock. The lock keeps others out,
   * except those that ask for it, whose files stay.
   */
  const removeLeftOver = async (folder: string, now: number): Promise<void> => {
    const leftOver = async (name: string): Promise<boolean> => {
      if (isTemporary(name) && !name.startsWith(lockName)) return true
      if (!isClaim(name, lockName) && !isTemporary(name)) return false
      const of = await foundLock(join(folder, name))
      return of !== undefined && now - of.renewed > leaseTime && !(await stands(of, now))
    }
    const names = await fs.readdir(folder)
    await Promise.all(
      names.map(async (name) => {
        if (await leftOver(name)) await fs.rm(join(folder, name), { force: true })
      }),
    )
  }

  /** Renews a lock as long as it is held. It is lost once another has taken it, or no renewal succeeds for `leaseTime`. */
  const keep = (folder: string, text: string, file: fs.FileHandle): Held => {
    let renewed = performance.now()
    const stop = (): void => clearInterval(timer)
    const renew = async (): Promise<void> => {
      try {
        await touch(file, text)
        if ((await foundLock(lockPath(folder)))?.text === text) renewed = performance.now()
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

  const unlock = async (folder: string): Promise<void> => {
    const whole = resolve(folder)
    const own = held.get(whole)
    if (own === undefined) return
    own.stop()
    held.delete(whole)
    lost.delete(whole)
    const now = (): Promise<number> => touch(own.file, own.text)
    try {
      // A process that was asleep must not seem dead to others while it gives the lock back.
      await now()
      await giveBack(lockPath(folder), own.text, now)
    } finally {
      await own.file.close()
    }
  }

  return {
    lock: async (folder) => {
      const path = lockPath(folder)
      const holder = { pid: process.pid, ...(await place()), token: randomUUID() }
      const started = await startOf(process.pid)
      const text = lockText(started === undefined ? holder : { ...holder, started })
      const own = { path: await temporaryPath(path), text }
      const file = await fs.open(own.path, 'wx+')
      const now = (): Promise<number> => touch(file, text)
      try {
        await now()
        const other = await take(path, own, now)
        if (other !== undefined) {
          await file.close()
          return other
        }
      } catch (error) {
        await file.close()
        throw error
      } finally {
        await fs.rm(own.path, { force: true })
      }
      const whole = resolve(folder)
      lost.delete(whole)
      held.set(whole, keep(whole, text, file))
      try {
        await removeLeftOver(folder, await now())
      } catch (error) {
        await unlock(folder)
        throw error
      }
      return undefined
    },
    unlock,
    holder: async (folder) => {
      const found = await foundLock(lockPath(folder))
      return found !== undefined && (await stands(found, Date.now())) ? found.holder : undefined
    },
    lostAround: (path) => {
      const whole = resolve(path)
      return [...lost].find((folder) => whole === folder || whole.startsWith(folder + sep))
    },
  }
}

/** The locks of this process: renewed every 20 seconds, taken over from another machine after two minutes. */
export const machineLocks = folderLocks({ leaseTime: 120_000, renewEvery: 20_000, place: thisPlace })
