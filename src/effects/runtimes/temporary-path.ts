/** Temporary names of files while they are written. They say which process writes them. */
import { createHash, randomBytes } from 'node:crypto'
import type { LockHolder, Place } from './lock-holder.js'
import { isAlive, startOf, thisPlace } from './lock-holder.js'

/** The process that writes a temporary file. */
export interface Writer extends Pick<LockHolder, 'pid' | 'started'> {
  /** A digest of the place where it runs. */
  readonly place: string
}

/** Asks the system once. */
const once = <A>(ask: () => Promise<A>): (() => Promise<A>) => {
  let asked: Promise<A> | undefined
  return () => (asked ??= ask())
}

/** Places are compared by digests: as texts they are too long for the name of a file. */
const digestOf = ({ host, boot, namespace }: Place): string =>
  createHash('sha256')
    .update(JSON.stringify([host, boot, namespace]))
    .digest('hex')
    .slice(0, 12)

const digestHere = once(() => thisPlace().then(digestOf))
const startHere = once(() => startOf(process.pid))

/**
 * The number of a process would not do: in containers every process may be number 1, some systems tell neither containers nor
 * starts of processes apart, and a process may have several threads.
 */
const ofThread = randomBytes(4).toString('hex')
let count = 0

/** A name next to a file that no other process uses, on whatever machine, and that this one uses once. */
export const temporaryPath = async (path: string): Promise<string> => {
  const writer = [await digestHere(), process.pid, (await startHere()) ?? 'unknown']
  count += 1
  return `${path}.${writer.join('-')}-${ofThread}-${count}.partial`
}

const temporaryName = /\.(?<place>[\da-f]{12})-(?<pid>\d+)-(?<started>\d+|unknown)-[\da-f]{8}-\d+\.partial$/

/** The process that writes a file of this name; undefined if the name is not a temporary one. */
export const writerOf = (name: string): Writer | undefined => {
  const { place = '', pid, started } = temporaryName.exec(name)?.groups ?? {}
  if (pid === undefined) return undefined
  return started === undefined || started === 'unknown'
    ? { place, pid: Number(pid) }
    : { place, pid: Number(pid), started }
}

/** Temporary names of earlier versions say no process. */
const earlierName = /\.[\da-f]+-\d+\.partial$/

/** Whether a name is a temporary one. */
export const isTemporary = (name: string): boolean => writerOf(name) !== undefined || earlierName.test(name)

/**
 * Whether the process that writes a file still runs. Undefined where that cannot be told: it runs elsewhere, or has the number of
 * this one on a system that does not say when processes were started.
 */
export const stillRuns = async (writer: Writer): Promise<boolean | undefined> => {
  const isTold = writer.pid !== process.pid || writer.started !== undefined
  return isTold && writer.place === (await digestHere()) ? isAlive(writer) : undefined
}
