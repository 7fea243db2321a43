/** Laws of fetching: however often it dies, and wherever, what is there in the end is the file of the hub. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, it } from 'vitest'
import { fetchFile } from '../src/formats/hub/fetch-file.js'
import type { HubFile } from '../src/effects/instruction.js'
import { interpret } from '../src/effects/interpreter.js'
import { memoryWorld } from '../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../src/effects/runtimes/memory-files.js'
import type { Hub } from '../src/effects/runtime.js'
import { countingEngine } from '../test/support/testing-engine.js'
import { expectRight } from '../test/expect-either.js'

const repository = { hub: 'https://hub', repository: 'owner/clip', revision: 'main' }

/** A hub in memory that counts the bytes it gave. */
const countingHub = (bytes: Uint8Array) => {
  const counted = { given: 0 }
  const hub: Hub = {
    list: () => TE.right([]),
    read: ({ offset, length }) =>
      TE.fromIO(() => {
        counted.given += length
        return bytes.slice(offset, offset + length)
      }),
  }
  return { hub, counted }
}

const fileOf = (bytes: Uint8Array): HubFile => ({
  path: 'model.safetensors',
  size: bytes.length,
  hash: { kind: 'sha256', digits: createHash('sha256').update(bytes).digest('hex') },
})

const contents = fc.uint8Array({ minLength: 1, maxLength: 60 })
const parts = fc.integer({ min: 1, max: 20 })
const accidents = fc.array(
  fc.record({ at: fc.integer({ min: 0, max: 12 }), tag: fc.constantFrom('Crash' as const, 'Tear' as const) }),
  { maxLength: 4 },
)

describe('fetching a file', () => {
  it('ends in the same file if it is killed at or within any instructions and restarted', async () => {
    await fc.assert(
      fc.asyncProperty(contents, parts, accidents, async (bytes, part, deaths) => {
        const { hub, counted } = countingHub(bytes)
        const disk = memoryDisk()
        const fetch = fetchFile(repository, fileOf(bytes), 'model.safetensors', { part })
        for (const accident of deaths) {
          await interpret(fetch)(memoryWorld({ engine: countingEngine, disk, hub, accident }).runtime)()
          // Until all is there, nothing is there under the file's name.
          const there = disk.files.get('model.safetensors')
          expect(there === undefined || Buffer.compare(there, bytes) === 0).toBe(true)
        }
        expectRight(await interpret(fetch)(memoryWorld({ engine: countingEngine, disk, hub }).runtime)())
        expect(disk.files).toEqual(new Map([['model.safetensors', bytes]]))
        // No death costs more than the part that was being fetched.
        expect(counted.given).toBeLessThanOrEqual(bytes.length + deaths.length * part)
      }),
      { numRuns: 200 },
    )
  })

  it('never accepts bytes that differ from those of the hub', async () => {
    await fc.assert(
      fc.asyncProperty(contents, contents, parts, async (bytes, other, part) => {
        fc.pre(Buffer.compare(bytes, other) !== 0)
        const sent = Uint8Array.from(bytes, (_, i) => other[i] ?? 0)
        fc.pre(Buffer.compare(bytes, sent) !== 0)
        const disk = memoryDisk()
        const { runtime } = memoryWorld({ engine: countingEngine, disk, hub: countingHub(sent).hub })
        const outcome = await interpret(fetchFile(repository, fileOf(bytes), 'model.safetensors', { part }))(
          runtime,
        )()
        expect(outcome).toMatchObject(E.left({ tag: 'HashMismatch', path: 'model.safetensors' }))
        expect(disk.files.size).toBe(0)
      }),
      { numRuns: 50 },
    )
  })
})
