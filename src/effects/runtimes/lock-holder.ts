/** Who holds a lock: a process of a machine, and whether it is still there. */
import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { parse } from 'fp-ts/lib/Json.js'
import * as t from 'io-ts'
import { positiveInteger } from '../../dsl/documents/integer.js'
import { codeOf } from './system-error.js'

/** Where process numbers mean the same process: a machine since its start, and there a namespace of process numbers. */
export interface Place {
  readonly host: string
  /** Changes with every start of the machine; empty where the system does not say. */
  readonly boot: string
  /** Containers of one machine may share its name, and have process numbers of their own; empty where the system does not say. */
  readonly namespace: string
}

const holderCodec = t.readonly(
  t.intersection([
    t.type({ pid: positiveInteger, host: t.string }),
    t.partial({
      boot: t.string,
      namespace: t.string,
      /** When the process was started, in the system's own unit: a later process may get the same number. */
      started: t.string,
      /** Of this lock alone. */
      token: t.string,
    }),
  ]),
)

/** A process that holds a lock, as the lock's file says. Locks of earlier versions say only number and host. */
export type LockHolder = t.TypeOf<typeof holderCodec>

/** The text of a lock's file. */
export const lockText = (holder: LockHolder): string => `${JSON.stringify(holder)}\n`

/** The holder that a lock's file names; undefined if it names none, because it was never written to its end. */
export const holderIn = (text: string): LockHolder | undefined =>
  pipe(
    parse(text),
    E.chainW((content) => holderCodec.decode(content)),
    E.getOrElseW(() => undefined),
  )

/** What a system that has it says; undefined on one that has not. */
const said = async (reading: Promise<string>): Promise<string | undefined> => {
  try {
    return (await reading).trim()
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR', 'ESRCH'].includes(codeOf(error))) return undefined
    throw error
  }
}

/** Where this process runs. */
export const thisPlace = async (): Promise<Place> => ({
  host: hostname(),
  boot: (await said(fs.readFile('/proc/sys/kernel/random/boot_id', 'utf8'))) ?? '',
  namespace: (await said(fs.readlink('/proc/self/ns/pid'))) ?? '',
})

/** When a process was started, in clock ticks since the machine's start (proc(5), field 22 of `stat`). */
export const startOf = async (pid: number): Promise<string | undefined> => {
  const status = await said(fs.readFile(`/proc/${pid}/stat`, 'utf8'))
  // The second field is the program's name in brackets, which may hold spaces and brackets.
  return status?.slice(status.lastIndexOf(')') + 2).split(' ')[19]
}

/** Whether there is a process of this number. A process that may not be signalled exists. */
const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** Whether a holder's number can be looked up from a place. */
export const isOf = (
  place: Place,
  { host, boot = place.boot, namespace = place.namespace }: LockHolder,
): boolean => host === place.host && boot === place.boot && namespace === place.namespace

/** Whether a holder of this place still runs; it is not this process, whose locks are known. */
export const isAlive = async ({ pid, started }: Pick<LockHolder, 'pid' | 'started'>): Promise<boolean> => {
  if (pid === process.pid && started === undefined) return false
  return exists(pid) && (started === undefined || (await startOf(pid)) === started)
}
