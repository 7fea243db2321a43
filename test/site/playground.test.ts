import { beforeAll, describe, expect, it } from 'vitest'
import { chromium } from '../support/chromium.js'
import type { Seen } from './playground.js'
import { inPlayground, lossesIn } from './playground.js'

describe.skipIf(chromium === undefined)('the playground (skipped where there is no Chromium)', () => {
  let seen: Seen

  beforeAll(async () => {
    seen = await inPlayground({ edits: 20, examples: ['line', 'two-moons'] })
  }, 300_000)

  it('shows the sentence of a wrong shape within 500 ms of the last key, as the median of 20', () => {
    const sorted = seen.latencies.toSorted((a, b) => a - b)
    const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
    process.stdout.write(
      `playground: a wrong shape is said after ${median.toFixed(0)} ms (median of ${sorted.length}, at most ${(sorted.at(-1) ?? Number.NaN).toFixed(0)} ms); opened in ${seen.openedIn} ms\n`,
    )
    expect(sorted).toHaveLength(20)
    expect(median).toBeLessThan(500)
  })

  it('shows the shape of a name that is pointed at', () => {
    expect(seen.hover).toBe('const y: Tensor<["B", 2], "f32">')
  })

  it('trains a program whose shapes agree, and its loss falls', () => {
    for (const { said, kind, curve, values } of seen.ran) {
      expect(kind, said).toBe('done')
      const [first, last] = lossesIn(said) ?? []
      expect(last).toBeLessThan((first ?? 0) / 10)
      expect(curve).toBe(2)
      expect(values.length).toBeGreaterThan(1)
    }
  })

  it('shows the program, its gradient, its cost, and a drawing whose scopes fold', () => {
    const [line, moons] = seen.ran
    expect(line?.program).toContain('%1 = matmul x %0 : [B,1]')
    expect(line?.gradient).toContain('"gradient of weight"')
    expect(line?.cost).toContain('numbers in parameters3')
    expect(moons?.scopes).toBe(2)
    expect(moons?.folded).toBeLessThan(moons?.boxes ?? 0)
  })

  it('keeps the program in the link', () => {
    expect(seen.ran.at(-1)?.link).toMatch(/^#code=[\w-]+$/)
    expect(seen.same).toBe(true)
  })

  it('leaves the console empty, and asks no other host', () => {
    expect(seen.complaints).toEqual([])
    expect(seen.requests.filter((address) => !/^(\/|blob:)/.test(address))).toEqual([])
  })
})
