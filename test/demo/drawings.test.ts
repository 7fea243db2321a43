import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { keyFromSeed } from '../../src/values/random-key.js'
import { pretrainingStyles } from '../../src/demo/clip-recipe.js'
import { demoPair } from '../../src/demo/demo.js'
import { drawing, plannedDrawings } from '../../src/demo/drawings.js'
import { styles } from '../../src/demo/styles.js'
import { things } from '../../src/demo/things.js'

const key = keyFromSeed(1)
const pixelsOf = async (svg: string): Promise<readonly number[]> => [
  ...(await sharp(new TextEncoder().encode(svg)).raw().toBuffer()),
]
const names = Object.keys(things)

describe('drawings', () => {
  it('depend on their key alone', () => {
    expect(drawing('heart', 'sketch', key)).toBe(drawing('heart', 'sketch', key))
    expect(drawing('heart', 'sketch', keyFromSeed(2))).not.toBe(drawing('heart', 'sketch', key))
  })

  it('are planned for each thing in each style, and stay the same when more things or styles are added', () => {
    const planned = plannedDrawings(['photo', 'sketch'], names, 3, key)
    expect(planned).toHaveLength(2 * names.length * 3)
    expect(new Set(planned.map(({ svg }) => svg)).size).toBe(planned.length)
    const fewer = plannedDrawings(['sketch'], names.slice(3, 5), 1, key)
    expect(planned).toEqual(expect.arrayContaining([...fewer]))
  })

  it.each([...pretrainingStyles, 'chalk', 'sketch', 'crayon'] as const)(
    'of different things differ in style %s',
    async (style) => {
      const shown = await Promise.all(
        ['apple', 'key', 'umbrella'].map((thing) => pixelsOf(drawing(thing, style, key))),
      )
      const [apple, ...others] = shown
      for (const other of others) {
        const changed = apple?.filter((value, i) => Math.abs(value - (other[i] ?? 0)) > 40).length ?? 0
        expect(changed / (apple?.length ?? 1)).toBeGreaterThan(0.02)
      }
    },
  )
})

describe('the CLIP of the demo', () => {
  it('has seen the style of the labelled domain, and not that of the other', () => {
    expect(pretrainingStyles).toContain(demoPair.source)
    expect(pretrainingStyles).not.toContain(demoPair.target)
    expect(Object.keys(styles)).toEqual(expect.arrayContaining([...pretrainingStyles]))
  })
})
