import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Effect from '../../src/effects/effect.js'
import { inChunks } from '../../src/effects/in-chunks.js'
import { interpret } from '../../src/effects/interpreter.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { countingEngine } from '../support/testing-engine.js'

describe('walking in chunks', () => {
  it('sees every item once, in order, in chunks as large as they may be, and says how many are done', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 7 }),
        async (items, size) => {
          const { runtime, progress } = memoryWorld({ engine: countingEngine })
          const chunks = expectRight(await interpret(inChunks('walking', items, size, Effect.of))(runtime)())
          expect(chunks.flat()).toEqual(items)
          expect(chunks.slice(0, -1).every(({ length }) => length === size)).toBe(true)
          expect(chunks.every(({ length }) => length > 0 && length <= size)).toBe(true)
          expect(progress).toEqual(
            chunks.map((_, i) => ({
              label: 'walking',
              done: chunks.slice(0, i + 1).flat().length,
              total: items.length,
              fields: {},
            })),
          )
        },
      ),
    )
  })

  it('can be stopped between two chunks', async () => {
    const seen: number[] = []
    const { runtime } = memoryWorld({ engine: countingEngine, stopAt: 2 })
    const walk = inChunks('walking', [1, 2, 3, 4, 5, 6], 2, (chunk) => Effect.of(seen.push(...chunk)))
    expect(expectLeft(await interpret(walk)(runtime)())).toEqual({ tag: 'Interrupted', by: 'signal' })
    expect(seen).toEqual([1, 2])
  })
})
