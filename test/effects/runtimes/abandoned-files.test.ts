import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nodeFiles } from '../../../src/effects/runtimes/node-files.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'abandoned-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Prints a temporary name of its own for a file, and ends with its input. */
const writer = `
import { temporaryPath } from ${JSON.stringify(resolve('dist/effects/runtimes/temporary-path.js'))}
console.log(await temporaryPath('features.safetensors'))
process.stdin.resume()`
const writing = ['--input-type=module', '--eval', writer]

const deadName = (): string => spawnSync(process.execPath, writing, { encoding: 'utf8' }).stdout.trim()

const startWriter = async (): Promise<{ readonly child: ChildProcess; readonly name: string }> => {
  const child = spawn(process.execPath, writing, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  return { child, name: String(line).trim() }
}

/** The name that a process of another machine, or another container of this one, would give. */
const elsewhere = (name: string): string => name.replace(/\.[\da-f]{12}-/, '.0123456789ab-')

const leave = async (name: string, days: number): Promise<void> => {
  await writeFile(join(folder, name), 'part')
  const then = new Date(Date.now() - days * 86_400_000)
  await utimes(join(folder, name), then, then)
}
const write = async (name: string): Promise<void> => {
  expect(await nodeFiles.writeFile(join(folder, name), [new Uint8Array(1)])()).toEqual(E.right(undefined))
}

describe('a folder in which a process was killed while it wrote', () => {
  it('loses the part of a file that it left when another process first writes there', async () => {
    await leave(deadName(), 0)
    await write('a')
    expect(await readdir(folder)).toEqual(['a'])
  })

  it('keeps what a running process writes, however old, and what is no temporary file', async () => {
    const { child, name } = await startWriter()
    const names = [name, 'model.safetensors.0123abcd0123.partial', 'notes.partial', '.partial']
    for (const each of names) await leave(each, 400)
    await write('a')
    expect(await readdir(folder)).toEqual(['a', ...names].toSorted())
    const ended = once(child, 'close')
    child.stdin?.end()
    await ended
  })

  it('keeps what a process of another machine writes, until it has not been written to for a day', async () => {
    const [recent, old] = [elsewhere(deadName()), elsewhere(deadName())]
    await leave(recent, 0.9)
    await leave(old, 1.1)
    await write('a')
    expect(await readdir(folder)).toEqual(['a', recent])
  })
})
