/** The imitated arena of ONNX Runtime. That it asks for the same regions as the real one is a slow test (`measured.slow.test.ts`). */
import { describe, expect, it } from 'vitest'
import { emptyArena } from '../../../src/engines/onnx/memory/arena.js'

const mebibyte = 2 ** 20

describe('the arena', () => {
  it('takes regions that double, and larger ones for values that need it', () => {
    const arena = emptyArena()
    arena.allocate(10)
    for (let i = 0; i < 8; i += 1) arena.allocate(mebibyte)
    // Regions of 1, 2, 4 and 8 MiB; the first is begun by 10 bytes, so that no mebibyte fits there.
    expect(arena.regions()).toEqual([1, 2, 4, 8].map((size) => size * mebibyte))
    arena.allocate(40 * mebibyte)
    expect(arena.regions().at(-1)).toBe(64 * mebibyte)
  })

  it('counts what was touched, not what was taken, and a place that is used again once', () => {
    const arena = emptyArena()
    const first = arena.allocate(1000)
    expect(arena.touched()).toBe(1000)
    arena.release(first)
    arena.allocate(600)
    expect(arena.touched()).toBe(1000)
    // The next place begins at a multiple of 256 bytes.
    arena.allocate(100)
    expect(arena.touched()).toBe(1000)
    arena.allocate(512)
    expect(arena.touched()).toBe(1000 + 512)
  })

  it('hands out the smallest free place that is large enough', () => {
    const arena = emptyArena()
    const [large, , small] = [4096, 256, 2048, 256].map(arena.allocate)
    if (large === undefined || small === undefined) throw new Error('nothing was allocated')
    arena.release(large)
    arena.release(small)
    expect(arena.allocate(2000).start).toBe(small.start)
    expect(arena.allocate(2000).start).toBe(large.start)
  })

  it('hands out a place whole where less than half of it would be left', () => {
    const arena = emptyArena()
    const [place] = [4096, 256].map(arena.allocate)
    if (place === undefined) throw new Error('nothing was allocated')
    arena.release(place)
    expect(arena.allocate(2304).size).toBe(4096)
  })

  it('joins neighbours that are free', () => {
    const arena = emptyArena()
    const [a, b, c] = [1024, 1024, 1024, 256].map(arena.allocate)
    if (a === undefined || b === undefined || c === undefined) throw new Error('nothing was allocated')
    for (const each of [a, c, b]) arena.release(each)
    expect(arena.allocate(3072).start).toBe(a.start)
    expect(arena.regions()).toHaveLength(1)
  })
})
