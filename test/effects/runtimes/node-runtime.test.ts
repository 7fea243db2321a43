import { spawnSync } from 'node:child_process'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile as readNow,
  rm,
  symlink,
  writeFile as writeNow,
} from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as Effect from '../../../src/effects/effect.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { nodeRuntime } from '../../../src/effects/runtimes/node-runtime.js'
import { silentTerminal } from '../../../src/effects/runtimes/terminal.js'
import {
  appendBytes,
  appendLine,
  hashFile,
  listFolder,
  makeFolder,
  moveFile,
  pathStatus,
  readFile,
  readRange,
  remove,
  withFolder,
  writeFile,
  yieldControl,
} from '../../../src/effects/operations.js'
import { readJson, readJsonLines, readText, writeJson, writeText } from '../../../src/effects/text-file.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { countingEngine } from '../../support/testing-engine.js'

const run = <A>(effect: Effect.Effect<A>) => interpret(effect)(nodeRuntime(countingEngine, silentTerminal))()

let folder = ''
const at = (name: string): string => join(folder, name)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'node-runtime-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a folder that is used', () => {
  const lock = (holder: unknown) => writeNow(at('run.lock'), JSON.stringify(holder))

  it('is kept from others, and given back at the end', async () => {
    const twice = await run(withFolder(folder, Effect.attempt(withFolder(folder, Effect.unit))))
    expect(expectLeft(expectRight(twice))).toMatchObject({ tag: 'FolderInUse', pid: process.pid })
    expect(await readdir(folder)).toEqual([])
  })

  it('is kept from others while its process is there, and for good if that is on another machine', async () => {
    const holders = [
      { pid: process.ppid, host: hostname() },
      { pid: process.pid, host: 'elsewhere' },
    ]
    for (const holder of holders) {
      await lock(holder)
      const failure = expectLeft(await run(withFolder(folder, Effect.unit)))
      expect(failure).toEqual({ tag: 'FolderInUse', path: folder, ...holder, lock: at('run.lock') })
      expect(await readdir(folder)).toEqual(['run.lock'])
    }
  })

  it('is free again if its process was killed, even before it had written its name', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    for (const holder of [{ pid, host: hostname() }, { pid: process.pid, host: hostname() }, '']) {
      await lock(holder)
      expectRight(await run(withFolder(folder, Effect.unit)))
      expect(await readdir(folder)).toEqual([])
    }
  })
})

describe('files of the machine', () => {
  it('are written in parts and read whole, or a range of them', async () => {
    const parts = [Uint8Array.of(1, 2), new Uint8Array(), Uint8Array.of(3, 4, 5)]
    expectRight(await run(writeFile(at('a'), parts)))
    expect([...expectRight(await run(readFile(at('a'))))]).toEqual([1, 2, 3, 4, 5])
    expect([...expectRight(await run(readRange(at('a'), 1, 3)))]).toEqual([2, 3, 4])
    expect([...expectRight(await run(readRange(at('a'), 5, 0)))]).toEqual([])
    expect(expectLeft(await run(readRange(at('a'), 3, 3)))).toEqual({
      tag: 'FileTooShort',
      path: at('a'),
      size: 5,
      wanted: 6,
    })
    expect(await readdir(folder)).toEqual(['a'])
  })

  it('are replaced even if an earlier write left a partial file', async () => {
    await writeNow(at('a'), 'old')
    await writeNow(at('a.1-1.partial'), 'something longer than what comes')
    expectRight(await run(withFolder(folder, writeText(at('a'), 'new'))))
    expect(await readNow(at('a'), 'utf8')).toBe('new')
    expect(await readdir(folder)).toEqual(['a'])
  })

  it('are written by several at once, and are whole afterwards', async () => {
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000))
    for (const outcome of await Promise.all(texts.map((text) => run(writeText(at('a'), text)))))
      expectRight(outcome)
    expect(texts).toContain(await readNow(at('a'), 'utf8'))
    expect(await readdir(folder)).toEqual(['a'])
  })

  it('grow by lines', async () => {
    expectRight(await run(pipe(appendLine(at('log'), 'one'), Effect.apSecond(appendLine(at('log'), 'two')))))
    expect(await readNow(at('log'), 'utf8')).toBe('one\ntwo\n')
  })

  it('grow by bytes, are hashed and take the place of others', async () => {
    await writeNow(at('b'), 'old')
    const grown = pipe(
      appendBytes(at('a'), Uint8Array.of(97)),
      Effect.apSecond(appendBytes(at('a'), Uint8Array.of(98, 99))),
      Effect.apSecond(Effect.sequenceArray([hashFile(at('a'), 'sha256'), hashFile(at('a'), 'git')])),
      Effect.tap(() => moveFile(at('a'), at('b'))),
    )
    // Of the bytes 'abc': FIPS 180-2, appendix B.1; and `git hash-object`.
    expect(expectRight(await run(grown))).toEqual([
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      'f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f',
    ])
    expect(await readdir(folder)).toEqual(['b'])
    expect(await readNow(at('b'), 'utf8')).toBe('abc')
    expect(expectLeft(await run(moveFile(at('a'), at('b'))))).toMatchObject({ tag: 'FileMissing' })
    expect(expectLeft(await run(hashFile(at('a'), 'git')))).toMatchObject({
      tag: 'FileMissing',
      path: at('a'),
    })
  })

  it('are listed by name with their kinds, links followed', async () => {
    await mkdir(at('b'))
    await writeNow(at('c'), '')
    await writeNow(at('B'), '')
    await symlink(at('b'), at('a'))
    await symlink(at('nowhere'), at('d'))
    expect(expectRight(await run(listFolder(folder)))).toEqual([
      { name: 'B', kind: 'file' },
      { name: 'a', kind: 'folder' },
      { name: 'b', kind: 'folder' },
      { name: 'c', kind: 'file' },
      { name: 'd', kind: 'other' },
    ])
  })

  it('have a status, also where there is nothing', async () => {
    expectRight(await run(makeFolder(at('x/y'))))
    expectRight(await run(makeFolder(at('x/y'))))
    await writeNow(at('x/z'), 'four')
    expect(expectRight(await run(pathStatus(at('x/y'))))).toEqual({ kind: 'folder' })
    expect(expectRight(await run(pathStatus(at('x/z'))))).toEqual({ kind: 'file', size: 4 })
    expect(expectRight(await run(pathStatus(at('x/z/below'))))).toEqual({ kind: 'missing' })
    expectRight(await run(remove(at('x'))))
    expectRight(await run(remove(at('x'))))
    expect(expectRight(await run(pathStatus(at('x'))))).toEqual({ kind: 'missing' })
  })

  it('that are missing or refused fail with their path', async () => {
    expect(expectLeft(await run(readFile(at('absent'))))).toEqual({
      tag: 'FileMissing',
      path: at('absent'),
      kind: 'file',
    })
    expect(expectLeft(await run(listFolder(at('absent'))))).toMatchObject({
      tag: 'FileMissing',
      kind: 'folder',
    })
    expect(expectLeft(await run(writeText(at('absent/a'), '')))).toMatchObject({
      tag: 'FileMissing',
      kind: 'folder',
    })
    expect(expectLeft(await run(readFile(folder)))).toMatchObject({ tag: 'FileRefused', action: 'read' })
    await writeNow(at('a'), '')
    expect(expectLeft(await run(makeFolder(at('a'))))).toMatchObject({ tag: 'FileRefused', action: 'create' })
    expect(expectLeft(await run(listFolder(at('a'))))).toMatchObject({ tag: 'FileMissing', kind: 'folder' })
  })

  it.skipIf(process.getuid?.() === 0)('that may not be read are refused', async () => {
    await writeNow(at('secret'), '')
    await chmod(at('secret'), 0)
    expect(expectLeft(await run(readFile(at('secret'))))).toMatchObject({
      tag: 'FileRefused',
      action: 'read',
    })
  })
})

describe('files of text and JSON', () => {
  const Configuration = t.type({ seed: t.number })

  it('are read as they were written', async () => {
    expectRight(await run(writeJson(at('run.json'), Configuration, { seed: 7 })))
    expect(await readNow(at('run.json'), 'utf8')).toBe('{\n  "seed": 7\n}\n')
    expect(expectRight(await run(readJson(at('run.json'), Configuration)))).toEqual({ seed: 7 })
  })

  it('that are broken say how', async () => {
    await writeNow(at('a'), '{"seed":')
    expect(expectLeft(await run(readJson(at('a'), Configuration)))).toMatchObject({
      tag: 'FileBroken',
      format: 'JSON',
    })
    await writeNow(at('a'), '{"seed":"7"}')
    expect(expectLeft(await run(readJson(at('a'), Configuration)))).toMatchObject({
      tag: 'DecodeFailed',
      problems: [expect.stringContaining('"7"')],
    })
    await writeNow(at('a'), Uint8Array.of(0xff))
    expect(expectLeft(await run(readText(at('a'))))).toMatchObject({
      tag: 'FileBroken',
      format: 'UTF-8 text',
    })
  })

  it('of JSON lines lose only the line that a crash tore', async () => {
    await writeNow(at('a'), '{"seed":1}\n{"seed":2}\n{"se')
    expect(expectRight(await run(readJsonLines(at('a'), Configuration)))).toEqual([{ seed: 1 }, { seed: 2 }])
  })
})

describe('a request to stop', () => {
  it('ends the run at the next yield', async () => {
    const controller = new AbortController()
    const runtime = nodeRuntime(countingEngine, { ...silentTerminal, stop: controller.signal })
    const rounds: number[] = []
    const loop = Effect.iterate(0, {
      while: () => true,
      body: (n) => {
        rounds.push(n)
        if (n === 3) controller.abort()
        return pipe(yieldControl, Effect.as(n + 1))
      },
    })
    expect(expectLeft(await interpret(loop)(runtime)())).toEqual({ tag: 'Interrupted', by: 'signal' })
    expect(rounds).toEqual([0, 1, 2, 3])
  })
})
