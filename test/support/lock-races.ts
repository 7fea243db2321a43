/** Races of processes for the lock of one folder: some of them are killed while they have it, some are of another machine. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { lockPath } from '../../src/effects/runtimes/folder-lock.js'
import { claimOn } from '../../src/effects/runtimes/lock-file.js'
import { lockText, thisPlace } from '../../src/effects/runtimes/lock-holder.js'
import { foldIn, keyFromSeed, uniform } from '../../src/values/random-key.js'

/** Milliseconds after which a lock of another machine is taken over: more than a renewal is late on a busy machine. */
const leaseTime = 2500

const built = (module: string): string => JSON.stringify(resolve('dist/effects/runtimes', module))

/**
 * A process of the machine that its second argument names. For each line that it reads it asks for the lock until it has it, is
 * alone with it for a moment (or is killed then), gives it back, and says what it saw.
 */
const contender = `
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { folderLocks } from ${built('folder-lock.js')}
import { thisPlace } from ${built('lock-holder.js')}
const [, folder, host] = process.argv
const here = await thisPlace()
const place = host === 'here' ? here : { ...here, host }
const locks = folderLocks({ leaseTime: ${leaseTime}, renewEvery: 100, place: async () => place })
for await (const line of createInterface({ input: process.stdin })) {
  const until = Date.now() + 30000
  while ((await locks.lock(folder)) !== undefined) {
    if (Date.now() > until) { console.log('refused'); process.exit() }
    await wait(5)
  }
  const owner = join(folder, 'owner')
  try { await writeFile(owner, String(process.pid), { flag: 'wx' }) } catch { console.log('not alone'); continue }
  await wait(3)
  await rm(owner)
  if (line === 'die') process.kill(process.pid, 'SIGKILL')
  await locks.unlock(folder)
  console.log('had it')
}`

interface Contender {
  readonly process: ChildProcessWithoutNullStreams
  /** What it says next; undefined if it ends. */
  readonly next: () => Promise<string | undefined>
}

const startContender = (folder: string, host: string): Contender => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', contender, folder, host])
  child.stderr.pipe(process.stderr)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    process: child,
    next: async () => {
      const { done, value } = await lines.next()
      return done === true ? undefined : value
    },
  }
}

/** What is in the folder before a race. */
type Start = 'nothing' | 'dead lock' | 'dead lock of another machine' | 'dead lock with a dead claim on it'
const starts: readonly Start[] = [
  'nothing',
  'dead lock',
  'dead lock of another machine',
  'dead lock with a dead claim on it',
]

/** Leaves the files of processes that are gone. */
const leave = async (folder: string, start: Start, round: number): Promise<void> => {
  if (start === 'nothing') return
  const place = await thisPlace()
  const { pid } = spawnSync(process.execPath, ['--version'])
  const text = (token: string, host: string): string =>
    lockText({ ...place, pid: pid ?? 0, host, token: `${token} of race ${round}` })
  const host = start === 'dead lock of another machine' ? 'nowhere' : place.host
  const lock = lockPath(folder)
  await writeFile(lock, text('lock', host))
  const long = new Date(Date.now() - 60_000)
  await utimes(lock, long, long)
  if (start === 'dead lock with a dead claim on it')
    await writeFile(claimOn(lock, lock, text('lock', host)), text('claim', host))
}

export interface RaceCounts {
  readonly races: number
  /** How often a process had the lock. */
  readonly owned: number
  /** How many were killed while they had it. */
  readonly killed: number
  /** How often a process found another one in its place: must be none. */
  readonly shared: number
  /** How many did not get it within 30 seconds: must be none. */
  readonly refused: number
  /** Files that were left in the end. */
  readonly left: readonly string[]
}

/**
 * So many races of two to eight processes, a part of them on another machine as far as they know. Before a race the folder holds
 * nothing, or a dead lock; in some races a process is killed while it has the lock.
 */
export const lockRaces = async (races: number, seed: number): Promise<RaceCounts> => {
  const folder = await mkdtemp(join(tmpdir(), 'lock-races-'))
  const all = Array.from({ length: 8 }, (_, i) => ({ host: i % 4 === 3 ? 'elsewhere' : 'here' }))
  const contenders = all.map(({ host }) => startContender(folder, host))
  const said: string[] = []
  let killed = 0
  const race = async (round: number): Promise<void> => {
    const [count = 0, kind = 0, death = 0, victim = 0] = uniform(foldIn(keyFromSeed(seed), round), 4)
    await leave(folder, starts[Math.floor(kind * starts.length)] ?? 'nothing', round)
    const own = contenders.slice(0, 2 + Math.floor(count * 7))
    // A dead process of another machine costs the others a lease: few races have one.
    const dying = death < 0.2 ? Math.floor(victim * own.length) : -1
    const words = await Promise.all(
      own.map(({ process: { stdin }, next }, i) => {
        stdin.write(i === dying ? 'die\n' : 'lock\n')
        return next()
      }),
    )
    if (dying >= 0) {
      killed += 1
      contenders[dying] = startContender(folder, all[dying]?.host ?? 'here')
    }
    said.push(...words.flatMap((word, i) => (i === dying ? [] : [word ?? 'ended'])))
  }
  for (let round = 0; round < races; round += 1) await race(round)
  // One more, so that what the last victim left is taken over.
  contenders[0]?.process.stdin.write('lock\n')
  await contenders[0]?.next()
  for (const { process: child } of contenders) child.stdin.end()
  const left = await readdir(folder)
  await rm(folder, { recursive: true, force: true })
  const count = (word: string): number => said.filter((other) => other === word).length
  return {
    races,
    owned: count('had it'),
    killed,
    shared: count('not alone'),
    refused: said.length - count('had it') - count('not alone'),
    left,
  }
}
