import { spawnSync } from 'node:child_process'
import { link, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderLocks, lockPath } from '../../../src/effects/runtimes/folder-lock.js'
import { claimOn } from '../../../src/effects/runtimes/lock-file.js'
import type { Place } from '../../../src/effects/runtimes/lock-holder.js'
import { startOf, thisPlace } from '../../../src/effects/runtimes/lock-holder.js'
import { isTemporary, temporaryPath } from '../../../src/effects/runtimes/temporary-path.js'
import { mountDisk, unmountDisk } from '../../support/small-disk.js'
import { lockRaces } from '../../support/lock-races.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const leaseTime = 400
/** Locks as a process of this place has them; it renews them every 50 ms, and a lock is taken over after 400 ms. */
const locksOf = async (place: Partial<Place> = {}, renewEvery = 50) => {
  const here = await thisPlace()
  return folderLocks({ leaseTime, renewEvery, place: () => Promise.resolve({ ...here, ...place }) })
}

const leave = (holder: unknown): Promise<void> => writeFile(lockPath(folder), JSON.stringify(holder))
const age = (seconds: number): Promise<void> => {
  const then = new Date(Date.now() - seconds * 1000)
  return utimes(lockPath(folder), then, then)
}
const holder = async (): Promise<unknown> => JSON.parse(await readFile(lockPath(folder), 'utf8'))

describe('the lock of a folder', () => {
  it('is taken over from a process of another machine only after it was not renewed for the lease', async () => {
    const here = await locksOf()
    const there = await locksOf({ host: 'elsewhere' })
    expect(await there.lock(folder)).toBeUndefined()
    await wait(2 * leaseTime)
    expect(await here.lock(folder)).toMatchObject({ pid: process.pid, host: 'elsewhere' })
    await there.unlock(folder)

    await leave({ pid: 1, host: 'elsewhere' })
    expect(await here.lock(folder)).toMatchObject({ host: 'elsewhere' })
    await age(60)
    expect(await here.lock(folder)).toBeUndefined()
    await here.unlock(folder)
    expect(await readdir(folder)).toEqual([])
  })

  it('is seen to be held by a process that lives, of this machine or of another, without writing anything', async () => {
    const here = await locksOf()
    const there = await locksOf({ host: 'elsewhere' })
    expect(await here.holder(folder)).toBeUndefined()
    expect(await there.lock(folder)).toBeUndefined()
    expect(await here.holder(folder)).toMatchObject({ pid: process.pid, host: 'elsewhere' })
    await there.unlock(folder)
    expect(await here.lock(folder)).toBeUndefined()
    expect(await here.holder(folder)).toMatchObject({ pid: process.pid })
    await here.unlock(folder)

    await leave({ pid: 1, host: 'elsewhere' })
    expect(await here.holder(folder)).toMatchObject({ host: 'elsewhere' })
    await age(60)
    expect(await here.holder(folder)).toBeUndefined()
    const { pid } = spawnSync(process.execPath, ['--version'])
    await leave({ ...(await thisPlace()), pid })
    expect(await here.holder(folder)).toBeUndefined()
    expect(await readdir(folder)).toEqual(['run.lock'])
  })

  it('is kept from a container of the same host name, whose process numbers mean others', async () => {
    const here = await locksOf()
    const container = await locksOf({ namespace: 'pid:[1]' })
    expect(await container.lock(folder)).toBeUndefined()
    expect(await here.lock(folder)).toMatchObject({ namespace: 'pid:[1]' })
    await container.unlock(folder)
    // Its number is that of no process here, and it is not asked for.
    const { pid } = spawnSync(process.execPath, ['--version'])
    await leave({ ...(await thisPlace()), namespace: 'pid:[1]', pid })
    expect(await here.lock(folder)).toMatchObject({ pid })
  })

  it('is free where the process of its number was started later than the lock says, or no process can have that number', async () => {
    const here = await locksOf()
    const place = await thisPlace()
    const dead = [
      { ...place, pid: process.ppid, started: '1' },
      { ...place, pid: 0 },
      { ...place, pid: -1 },
    ]
    for (const one of dead) {
      await leave(one)
      expect(await here.lock(folder), JSON.stringify(one)).toBeUndefined()
      await here.unlock(folder)
    }
    await leave({ ...place, pid: process.ppid, started: await startOf(process.ppid) })
    expect(await here.lock(folder)).toMatchObject({ pid: process.ppid })
  })

  it('is free after the machine was started again', async () => {
    const here = await locksOf()
    await leave({ ...(await thisPlace()), boot: 'before', pid: process.ppid })
    await age(60)
    expect(await here.lock(folder)).toBeUndefined()
    await here.unlock(folder)
  })

  it('is not given back by who has lost it, and who has lost it knows', async () => {
    const here = await locksOf()
    const asleep = await locksOf({ host: 'elsewhere' }, 3 * leaseTime)
    expect(await asleep.lock(folder)).toBeUndefined()
    await age(60)
    expect(await here.lock(folder)).toBeUndefined()
    const taken = await holder()
    expect(asleep.lostAround(join(folder, 'checkpoint'))).toBeUndefined()
    await wait(4 * leaseTime)
    expect(asleep.lostAround(join(folder, 'checkpoint'))).toBe(resolve(folder))
    await asleep.unlock(folder)
    expect(await holder()).toEqual(taken)
    await here.unlock(folder)
    expect(await readdir(folder)).toEqual([])
  })

  it('is given back on a full disk, where no other file can be written', async ({ skip }) => {
    if (!mountDisk(folder, 64)) skip('this user may not mount a disk')
    try {
      const locks = await locksOf()
      expect(await locks.lock(folder)).toBeUndefined()
      await expect(writeFile(join(folder, 'filler'), new Uint8Array(2 ** 20))).rejects.toThrow('ENOSPC')
      await locks.unlock(folder)
      expect(await readdir(folder)).toEqual(['filler'])
      // The space of the lock is free again.
      await writeFile(join(folder, 'more'), new Uint8Array(4096))
      await expect(locks.lock(folder)).rejects.toThrow('ENOSPC')
      expect(await readdir(folder)).toEqual(['filler', 'more'])
    } finally {
      unmountDisk(folder)
    }
  })

  it('is given back by one whose predecessor was killed while it gave the lock back', async () => {
    const here = await locksOf()
    const place = await thisPlace()
    const { pid } = spawnSync(process.execPath, ['--version'])
    const dead = { ...place, pid, token: 'dead' }
    await leave(dead)
    const lock = lockPath(folder)
    await link(lock, claimOn(lock, lock, JSON.stringify(dead)))
    expect(await here.lock(folder)).toBeUndefined()
    await here.unlock(folder)
    expect(await readdir(folder)).toEqual([])
  })

  it('leaves no file of one who asked for it in vain', async () => {
    const here = await locksOf()
    const there = await locksOf({ host: 'elsewhere' })
    expect(await there.lock(folder)).toBeUndefined()
    await Promise.all(Array.from({ length: 5 }, () => here.lock(folder)))
    expect(await readdir(folder)).toEqual(['run.lock'])
    await there.unlock(folder)
  })
})

describe('a temporary name', () => {
  it('is of one process alone, even where others on the same folder have its number, as in containers', async () => {
    const other = spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { temporaryPath } from ${JSON.stringify(resolve('dist/effects/runtimes/temporary-path.js'))}
         console.log(await temporaryPath('run.lock'))`,
      ],
      { encoding: 'utf8' },
    ).stdout.trim()
    const own = await temporaryPath('run.lock')
    expect([own, other].map(isTemporary)).toEqual([true, true])
    const ofThread = (name: string): string | undefined => name.split('-')[3]
    expect(ofThread(own)).toMatch(/^[\da-f]{8}$/)
    expect(ofThread(own)).not.toBe(ofThread(other))
    expect(['run.json', 'run.lock', 'clip.safetensors.0123abcd.partial'].map(isTemporary)).toEqual([
      false,
      false,
      false,
    ])
  })
})

describe('processes that race for one lock', () => {
  it('have it one at a time, whether it was free or dead, and each of them gets it', async () => {
    const races = 12
    const { owned, killed, ...found } = await lockRaces(races, 1)
    expect(found).toEqual({ races, shared: 0, refused: 0, left: [] })
    expect(killed).toBeGreaterThan(0)
    expect(owned).toBeGreaterThan(2 * races - killed)
  }, 120_000)
})
