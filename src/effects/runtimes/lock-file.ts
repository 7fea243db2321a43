/**
 * Files that only one process can make, and only one can remove: the pieces of locks on folders that several machines share.
 *
 * A file gets its name by `link`, which fails where the name is taken. Nothing else is relied on, so network file systems do. A
 * file is removed by the process that holds the claim on it: another such file, whose name is a digest of the name and the text
 * of the first. The texts of locks are unique, so a claim is on one lock and never on the one that takes its place.
 */
import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { LockHolder } from './lock-holder.js'
import { holderIn } from './lock-holder.js'
import { codeOf } from './system-error.js'

/** A lock's file as it was found. */
export interface FoundLock {
  readonly text: string
  /** Undefined where the file was never written to its end. */
  readonly holder: LockHolder | undefined
  /** When it was last renewed, by the clock of the file system, in milliseconds. */
  readonly renewed: number
}

/**
 * A file with the text of the process that asks for a lock, or gives it back. In the latter case it is the lock itself, since a
 * full disk has no space for another file; another process may put its own in that place.
 */
export interface OwnFile {
  readonly path: string
  readonly text: string
}

const read = async (path: string): Promise<FoundLock | undefined> => {
  try {
    const [text, { mtimeMs }] = await Promise.all([fs.readFile(path, 'utf8'), fs.stat(path)])
    return { text, holder: holderIn(text), renewed: mtimeMs }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Long enough for a process that copies its lock to write it to its end, in milliseconds. */
const writingTime = 200

/** The file at a path, undefined if there is none. One that is being written is waited for. */
export const foundLock = async (path: string): Promise<FoundLock | undefined> => {
  const first = await read(path)
  return first === undefined || first.holder !== undefined ? first : wait(writingTime).then(() => read(path))
}

/**
 * Gives a file a second name, unless that is taken. File systems without links get a copy. A server whose answer is lost is
 * asked again by the system and then says that the name is taken: it is by this file.
 */
export const linked = async (own: OwnFile, to: string): Promise<boolean> => {
  const isOwn = async (): Promise<boolean> => (await read(to))?.text === own.text
  try {
    await fs.link(own.path, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return isOwn()
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error
  }
  try {
    await fs.copyFile(own.path, to, fs.constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

const claimEnding = '.claim'

/** Whether a file is a claim on the lock of this name, or on another claim. */
export const isClaim = (name: string, lockName: string): boolean =>
  name.startsWith(`${lockName}.`) && name.endsWith(claimEnding)

/** The path of the claim on the file at `path`, a lock or a claim on it, with this text. */
export const claimOn = (lock: string, path: string, text: string): string =>
  `${lock}.${createHash('sha256')
    .update(`${basename(path)}\n${text}`)
    .digest('hex')
    .slice(0, 16)}${claimEnding}`

/**
 * Removes the file at `path`, a lock or a claim on it, if its text is still this one and `mayGo` agrees. Does nothing where another
 * process holds the claim on it; a claim whose process is gone is removed in the same way, and the next attempt finds it free.
 */
export const removeExactly = async (
  lock: string,
  path: string,
  text: string,
  own: OwnFile,
  mayGo: (found: FoundLock) => Promise<boolean>,
): Promise<void> => {
  const claim = claimOn(lock, path, text)
  if (!(await linked(own, claim))) {
    const other = await foundLock(claim)
    if (other !== undefined && (await mayGo(other))) await removeExactly(lock, claim, other.text, own, mayGo)
    else await wait(10)
    return
  }
  try {
    if ((await foundLock(claim))?.text !== own.text) return
    const again = await foundLock(path)
    if (again?.text === text && (await mayGo(again))) await fs.rm(path, { force: true })
  } finally {
    await fs.rm(claim, { force: true })
  }
}
