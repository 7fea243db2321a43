import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import * as Effect from '../../src/effects/effect.js'
import type { DecodedWalk } from '../../src/data/decoded-chunks.js'
import { inDecodedChunks } from '../../src/data/decoded-chunks.js'
import { centreView, clipNormalisation } from '../../src/effects/image-view.js'
import { chunksOf } from '../../src/effects/in-chunks.js'
import { interpret } from '../../src/effects/interpreter.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { decodeImages, printLine } from '../../src/effects/operations.js'
import type { Runtime } from '../../src/effects/runtime.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { countingEngine } from '../support/testing-engine.js'

const walk: DecodedWalk<string> = {
  label: 'looking',
  size: 2,
  requests: (path) => [centreView, { ...centreView, flip: true }].map((view) => ({ path, view })),
  transform: { resolution: 2, ...clipNormalisation },
}

const shade = (grey: number) =>
  sharp(Uint8Array.of(grey, 0, grey, grey, 0, 0, 0, grey, 0, 9, 9, 9), {
    raw: { width: 2, height: 2, channels: 3 },
  })
    .png()
    .toBuffer()

/** Images of different shades, broken ones where the shade is 0. */
const diskOf = async (shades: readonly number[]) =>
  memoryDisk(
    Object.fromEntries(
      await Promise.all(
        shades.map(
          async (grey, i) => [`${i}.png`, grey === 0 ? Uint8Array.of(1, 2) : await shade(grey)] as const,
        ),
      ),
    ),
  )

describe('images decoded ahead of a walk', () => {
  it('are those that each chunk gives by itself, with broken ones listed', async () => {
    const shades = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 255 })), { maxLength: 7 })
    await fc.assert(
      fc.asyncProperty(shades, fc.integer({ min: 1, max: 3 }), async (drawn, size) => {
        const { runtime } = memoryWorld({ engine: countingEngine, disk: await diskOf(drawn) })
        const paths = drawn.map((_, i) => `${i}.png`)
        const ahead = inDecodedChunks({ ...walk, size }, paths, (chunk, decoded) =>
          Effect.of({ chunk, decoded }),
        )
        const oneByOne = pipe(
          chunksOf(paths, size),
          Effect.traverseArray((chunk) =>
            Effect.map((decoded) => ({ chunk, decoded }))(
              decodeImages(chunk.flatMap(walk.requests), walk.transform),
            ),
          ),
        )
        const found = expectRight(await interpret(ahead)(runtime)())
        expect(found).toEqual(expectRight(await interpret(oneByOne)(runtime)()))
        expect(found.flatMap(({ decoded }) => decoded.failures)).toHaveLength(
          2 * drawn.filter((grey) => grey === 0).length,
        )
      }),
      { numRuns: 20 },
    )
  })

  /** A runtime that notes when decoding of a chunk begins and ends, and what is printed. */
  const noting = (stopAt = Infinity): { readonly runtime: Runtime; readonly notes: string[] } => {
    const notes: string[] = []
    const { runtime } = memoryWorld({ engine: countingEngine, stopAt })
    const decode: Runtime['decodeImages'] =
      ({ requests: [first] }) =>
      async () => {
        notes.push(`begin ${first?.path}`)
        await new Promise((resolve) => setTimeout(resolve, 1))
        notes.push(`end ${first?.path}`)
        return E.right({
          images: { dtype: 'f32', shape: [0, 3, 2, 2], data: new Float32Array() },
          positions: [],
          failures: [],
        })
      }
    return {
      notes,
      runtime: { ...runtime, decodeImages: decode, printLine: (line) => void notes.push(line) },
    }
  }
  const paths = ['a', 'b', 'c', 'd']
  const looking = inDecodedChunks({ ...walk, size: 1 }, paths, ([path]) => printLine(`look at ${path}`))

  it('are decoded one chunk before they are used, and no sooner', async () => {
    const { runtime, notes } = noting()
    expectRight(await interpret(looking)(runtime)())
    const before = (earlier: string, later: string): boolean => notes.indexOf(earlier) < notes.indexOf(later)
    expect(notes).toHaveLength(3 * paths.length)
    for (const [i, path] of paths.entries()) {
      const next = paths[i + 1]
      const afterNext = paths[i + 2]
      expect(before(`end ${path}`, `look at ${path}`)).toBe(true)
      if (next !== undefined) expect(before(`begin ${next}`, `look at ${path}`)).toBe(true)
      if (afterNext !== undefined) expect(before(`look at ${path}`, `begin ${afterNext}`)).toBe(true)
    }
  })

  it('are not decoded any more once the user has stopped', async () => {
    const { runtime, notes } = noting(5)
    expect(expectLeft(await interpret(looking)(runtime)())).toEqual({ tag: 'Interrupted', by: 'signal' })
    expect(notes).toContain('look at a')
    expect(notes).not.toContain('look at b')
    expect(notes).not.toContain('begin c')
  })

  it('are not decoded any more once the procedure has failed', async () => {
    const { runtime, notes } = noting()
    const failing = inDecodedChunks({ ...walk, size: 1 }, paths, () =>
      Effect.left({ tag: 'FileMissing', path: 'elsewhere', kind: 'file' }),
    )
    expect(expectLeft(await interpret(failing)(runtime)())).toMatchObject({ path: 'elsewhere' })
    expect(notes.filter((note) => note.startsWith('begin'))).toEqual(['begin a', 'begin b'])
  })
})
