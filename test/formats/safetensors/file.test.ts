import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as Effect from '../../../src/effects/effect.js'
import { explain } from '../../../src/effects/explain.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { memoryWorld } from '../../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import { nodeRuntime } from '../../../src/effects/runtimes/node-runtime.js'
import { silentTerminal } from '../../../src/effects/runtimes/terminal.js'
import {
  openSafetensors,
  openSharded,
  readSafetensors,
  readTensor,
  readTensors,
  writeSafetensors,
} from '../../../src/formats/safetensors/file.js'
import { writeText } from '../../../src/effects/text-file.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { countingEngine } from '../../support/testing-engine.js'

const vector = (...values: readonly number[]) =>
  ({ dtype: 'f32', shape: [values.length], data: Float32Array.from(values) }) as const

const inMemory = <A>(effect: Effect.Effect<A>, disk = memoryDisk()) => {
  const world = memoryWorld({ engine: countingEngine, disk })
  return interpret(effect)(world.runtime)().then((outcome) => ({ outcome, world }))
}

describe('safetensors files', () => {
  it('are opened by their header alone, and read tensor by tensor', async () => {
    const { outcome, world } = await inMemory(
      pipe(
        writeSafetensors('file', { a: vector(1, 2), b: vector(3) }, { metadata: { made: 'here' } }),
        Effect.apSecond(openSafetensors('file')),
        Effect.flatMap((store) =>
          pipe(
            readTensor(store, 'b'),
            Effect.map((b) => ({ names: [...store.tensors.keys()], metadata: store.metadata, b })),
          ),
        ),
      ),
    )
    expect(expectRight(outcome)).toEqual({ names: ['a', 'b'], metadata: { made: 'here' }, b: vector(3) })
    expect(world.instructions).toEqual(['writeFile', 'pathStatus', 'readRange', 'readRange', 'readRange'])
  })

  it('name tensors with names like the missing one', async () => {
    const { outcome } = await inMemory(
      pipe(
        writeSafetensors('file', { 'visual.proj': vector(1), 'text.projection': vector(2) }),
        Effect.apSecond(openSafetensors('file')),
        Effect.flatMap((store) => readTensor(store, 'visual.projj')),
      ),
    )
    expect(explain(expectLeft(outcome))).toBe(
      "file: tensor 'visual.projj' is missing\n  → names like it: 'visual.proj'",
    )
  })

  it('fail differently if they are missing, folders, or too short', async () => {
    const disk = memoryDisk({ 'folder/short': Uint8Array.of(1, 2) })
    expect(expectLeft((await inMemory(openSafetensors('absent'), disk)).outcome).tag).toBe('FileMissing')
    expect(expectLeft((await inMemory(openSafetensors('folder'), disk)).outcome).tag).toBe('FileRefused')
    expect(expectLeft((await inMemory(openSafetensors('folder/short'), disk)).outcome).tag).toBe('FileBroken')
  })

  it('are read from disk as from memory', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'safetensors-'))
    const path = join(folder, 'file.safetensors')
    const tensors = { a: vector(1, 2, 3), b: { dtype: 'bool', shape: [1], data: Uint8Array.of(1) } as const }
    const outcome = await interpret(
      pipe(writeSafetensors(path, tensors), Effect.apSecond(readSafetensors(path))),
    )(nodeRuntime(countingEngine, silentTerminal))()
    await rm(folder, { recursive: true })
    expect(expectRight(outcome)).toEqual({ tensors, metadata: {} })
  })
})

describe('a sharded checkpoint', () => {
  const index = (files: Readonly<Record<string, string>>): Effect.Effect<void> =>
    writeText(
      'm/model.safetensors.index.json',
      JSON.stringify({ metadata: { total_size: 12 }, weight_map: files }),
    )
  const disk = () => memoryDisk({ 'm/readme': new Uint8Array() })
  const shards = pipe(
    writeSafetensors('m/1.safetensors', { a: vector(1), b: vector(2) }),
    Effect.apSecond(writeSafetensors('m/2.safetensors', { c: vector(3) })),
  )
  const open = openSharded('m/model.safetensors.index.json')

  it('reads like one file', async () => {
    const { outcome } = await inMemory(
      pipe(
        shards,
        Effect.apSecond(index({ a: '1.safetensors', c: '2.safetensors', b: '1.safetensors' })),
        Effect.apSecond(open),
        Effect.flatMap((store) => readTensors(store)),
      ),
      disk(),
    )
    expect(expectRight(outcome)).toEqual({ a: vector(1), b: vector(2), c: vector(3) })
  })

  it('whose index names a tensor that is not in its file is refused', async () => {
    const { outcome } = await inMemory(
      pipe(shards, Effect.apSecond(index({ c: '1.safetensors' })), Effect.apSecond(open)),
      disk(),
    )
    expect(expectLeft(outcome)).toMatchObject({ tag: 'TensorMissing', name: 'c', where: 'm/1.safetensors' })
  })

  it.each(['../secret.safetensors', '/etc/passwd', '..', 'a\\b'])(
    'whose index points to %s is refused',
    async (file) => {
      const { outcome } = await inMemory(pipe(index({ a: file }), Effect.apSecond(open)), disk())
      expect(expectLeft(outcome)).toMatchObject({ tag: 'DecodeFailed' })
    },
  )
})

const fixtures = new URL('../../../../shared/parity/vit-tiny/', import.meta.url)

describe.skipIf(!existsSync(fixtures))('files written by others', () => {
  it('are read', async () => {
    const outcome = await interpret(readSafetensors(new URL('batch.safetensors', fixtures).pathname))(
      nodeRuntime(countingEngine, silentTerminal),
    )()
    const { tensors } = expectRight(outcome)
    expect(Object.keys(tensors).toSorted()).toEqual(['labels', 'source', 'target', 'tokens'])
    expect(tensors['labels']?.dtype).toBe('i32')
    expect(tensors['source']?.shape).toHaveLength(4)
  })
})
