/** Examples whose gradients are not those of a loss alone: through steps, of gradients, clipped, frozen. */
import { describe, expect, it, vi } from 'vitest'
import * as privately from '../../examples/dp-sgd.js'
import { sampled } from '../../examples/gan-gradient-penalty.js'
import * as lora from '../../examples/lora-clip.js'
import { tested } from '../../examples/maml.js'
import { errorAt } from '../../examples/state-space.js'
import type { NamedValues } from '../../src/values/named-values.js'
import { expectStated } from './stated-figures.js'

// All runs begin when this file is loaded, and share the processors.
vi.setConfig({ testTimeout: 240_000 })

describe('examples/state-space.ts', () => {
  it('remembers marked numbers in sequences of the length that it was trained on, and in longer ones', async () => {
    const [short, long] = [await errorAt(64), await errorAt(512)]
    expectStated('state-space.ts', { 'new ones': short, 'as long': long }, 0.5)
    expect(Math.max(short, long)).toBeLessThan(0.02)
  })
})

describe('examples/maml.ts', () => {
  it('fits a wave that it has never seen in one step on ten points, and better in five', async () => {
    const { none, one, five } = await tested
    const [before, after, later] = [none, one, five].map(({ data }) => data[0] ?? Number.NaN)
    expectStated('maml.ts', { 'without a step': before, 'after one': after, 'after five': later }, 0.35)
    expect(after).toBeLessThan((before ?? 0) / 2)
    expect(later).toBeLessThan(after ?? 0)
  })
})

describe('examples/gan-gradient-penalty.ts', () => {
  it('generates points around all centres of the mixture', async () => {
    const { data } = (await sampled).points
    const near = Array.from({ length: 8 }, (_, centre) => {
      const [across, up] = [2 * Math.cos((centre * Math.PI) / 4), 2 * Math.sin((centre * Math.PI) / 4)]
      const distances = Array.from({ length: 1000 }, (__, i) =>
        Math.hypot((data[2 * i] ?? 0) - across, (data[2 * i + 1] ?? 0) - up),
      )
      return distances.filter((distance) => distance < 0.6).length / 1000
    })
    const all = near.reduce((sum, share) => sum + share, 0)
    expectStated('gan-gradient-penalty.ts', { 'of a centre': all }, 0.2)
    expectStated('gan-gradient-penalty.ts', { 'one centre': Math.min(...near) }, 0.5)
  })
})

describe('examples/dp-sgd.ts', () => {
  it('tells rings from discs nearly as well as training without privacy does', async () => {
    const accuracyOf = async ({ run }: Pick<typeof privately, 'run'>): Promise<number | undefined> =>
      (await run).evaluations['test/accuracy']
    const figures = {
      accuracy: await accuracyOf(privately),
      'without privacy': await accuracyOf({ run: privately.runInTheOpen }),
      'with μ': privately.mu,
    }
    expectStated('dp-sgd.ts', figures, 0.02)
  })
})

describe('examples/lora-clip.ts', () => {
  const sizeOf = (weights: NamedValues, isCounted: (name: string) => boolean): number =>
    Object.entries(weights).reduce((sum, [name, { data }]) => sum + (isCounted(name) ? data.length : 0), 0)

  it('learns with a small share of the weights what the head alone does not', async () => {
    const [{ weights, evaluations }, ofHead] = [await lora.run, await lora.runOfHead]
    expectStated('lora-clip.ts', { 'head alone': ofHead.evaluations['test/accuracy'] }, 0.05)
    expectStated(
      'lora-clip.ts',
      {
        accuracy: evaluations['test/accuracy'],
        'weights trained': sizeOf(weights, lora.isTrained) / sizeOf(weights, () => true),
      },
      0.02,
    )
  })

  it('leaves the weights of the tower as they were', async () => {
    const [adapted, ofHead] = [(await lora.run).weights, (await lora.runOfHead).weights]
    const frozen = Object.keys(ofHead).filter((name) => !lora.isTrained(name))
    expect(frozen.length).toBeGreaterThan(20)
    for (const name of frozen) expect(adapted[name]).toEqual(ofHead[name])
  })
})
