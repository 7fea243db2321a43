import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { referenceEngine } from '../../../src/engines/reference/engine.js'
import { memoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import { runParity } from '../../../src/experiments/parity/run-parity.js'
import { expectRight } from '../../expect-either.js'
import { attempt } from '../../support/mishaps.js'

/** What `bench/peers/recipe_fixture.py` writes. */
const folder = new URL('recipe/', import.meta.url)
const files = Object.fromEntries(
  readdirSync(folder).map((name) => [`recipe/${name}`, readFileSync(new URL(name, folder))]),
)

/** The rows of the fixture with a change in its configuration. */
const rowsOf = async (change: (text: string) => string = (text) => text) => {
  const text = new TextDecoder().decode(files['recipe/fixture.json'])
  const disk = memoryDisk({ ...files, 'recipe/fixture.json': Buffer.from(change(text)) })
  return expectRight((await attempt(runParity('recipe'), { engine: referenceEngine, disk })).outcome).rows
}

/** The names of rows that do not hold after a change, which must change something. */
const brokenBy = async (piece: string | RegExp, by: string): Promise<readonly string[]> => {
  const rows = await rowsOf((text) => {
    const changed = text.replace(piece, by)
    expect(changed).not.toBe(text)
    return changed
  })
  return rows.flatMap(({ name, ok }) => (ok ? [] : [name]))
}

describe('the released training recipe', () => {
  it('has the crops of torchvision and Pillow, and the rates and weights of PyTorch', async () => {
    const rows = await rowsOf()
    expect(rows.filter(({ ok }) => !ok)).toEqual([])
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'crop 1 of landscape.png: region',
        'crop 12 of small.png: pixels',
        'left of 20000 crops of 64 x 9: mean',
        'AD-CLIP: rates of 300 steps',
        'CoOp, 75 epochs: weights after 12 steps',
      ]),
    )
    expect(rows).toHaveLength(12 + 12 + 2 * 4 * 2 + 3 + 3)
  })

  it('is told from one that steps its schedule once in an epoch', async () => {
    expect(await brokenBy('"schedule": "per-batch"', '"schedule": "per-epoch"')).toEqual([
      'AD-CLIP: rates of 300 steps',
      'AD-CLIP: weights after 12 steps',
    ])
  })

  it('is told from one whose crops are placed, flipped or drawn otherwise', async () => {
    expect(await brokenBy('"flip": false', '"flip": true')).toEqual(['crop 1 of landscape.png: pixels'])
    expect(await brokenBy('"left": 2,', '"left": 3,')).toEqual(['crop 1 of landscape.png: region'])
    expect(await brokenBy(/"top": \{ "mean": [\d.]+/, '"top": { "mean": 9')).toEqual([
      'top of 20000 crops of 40 x 30: mean',
    ])
  })
})
