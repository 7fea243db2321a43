import { describe, expect, it, vi } from 'vitest'
import { recited, run as runGpt, verse } from '../../examples/char-gpt.js'
import { run as runCnn, tested as testedCnn } from '../../examples/cnn-batch-norm.js'
import { run as runConvNext, tested } from '../../examples/convnext-block.js'
import { spelled } from '../../examples/ctc.js'
import { run as runAttention } from '../../examples/graph-attention.js'
import { run as runMixture } from '../../examples/mixture-of-experts.js'
import { sampled as drawnBars } from '../../examples/unet-ddpm.js'
import { run as runAutoencoder, sampled } from '../../examples/vae.js'
import { expectStated } from './stated-figures.js'

// All runs begin when this file is loaded, and share the processors.
vi.setConfig({ testTimeout: 240_000 })

/** A figure of a run; NaN, which is in no bounds, if there is none. */
const figure = (figures: Readonly<Record<string, number>>, name: string): number =>
  figures[name] ?? Number.NaN

describe('examples/vae.ts', () => {
  it('describes new images in less than half of what their pixels cost one by one', async () => {
    const { evaluations } = await runAutoencoder
    expectStated('vae.ts', evaluations, 0.1)
    expect(figure(evaluations, 'test/loss')).toBeLessThan(figure(evaluations, 'test/independent') / 2)
  })

  it('draws images that have as many black pixels as a disc', async () => {
    const { images } = await sampled
    expect(images.shape).toEqual([16, 64])
    const black = Array.from(images.data).reduce((sum, probability) => sum + probability, 0) / 16
    expect(black).toBeGreaterThan(10)
    expect(black).toBeLessThan(15)
  })
})

describe('examples/graph-attention.ts', () => {
  it('knows more from the graph than from the features of a node', async () => {
    const { evaluations } = await runAttention
    expectStated('graph-attention.ts', evaluations, 0.05)
    expect(figure(evaluations, 'test/accuracy')).toBeGreaterThan(
      figure(evaluations, 'test/fromFeatures') + 0.2,
    )
  })
})

describe('examples/mixture-of-experts.ts', () => {
  it('errs less than one network that takes as many products, with no expert idle', async () => {
    const { evaluations } = await runMixture
    expectStated('mixture-of-experts.ts', evaluations, 0.25)
    expect(figure(evaluations, 'test/error')).toBeLessThan(figure(evaluations, 'test/denseError') / 2)
    expect(figure(evaluations, 'test/imbalance')).toBeLessThan(1.3)
  })
})

describe('examples/char-gpt.ts', () => {
  it('recites the verse, drawing character after character', async () => {
    const { metrics } = await runGpt
    expectStated('char-gpt.ts', { loss: figure(metrics.at(-1) ?? {}, 'loss') }, 0.5)
    const found = await recited
    expect(found).toHaveLength(verse.length)
    const right = Array.from(verse).filter((letter, i) => letter === found[i]).length / verse.length
    expectStated('char-gpt.ts', { 'right when recited': right }, 0.1)
  })
})

describe('examples/cnn-batch-norm.ts', () => {
  it('names new shapes by running moments, which training has moved', async () => {
    const { accuracy } = await testedCnn
    expectStated('cnn-batch-norm.ts', { accuracy: accuracy.data[0] }, 0.06)
    const { weights } = await runCnn
    const [means, variances] = [weights['norm1.running_mean'], weights['norm1.running_var']]
    expect(means?.shape).toEqual([16])
    expect(means?.data.every((mean) => mean !== 0)).toBe(true)
    expect(variances?.data.every((variance) => variance > 0 && variance !== 1)).toBe(true)
  })
})

describe('examples/unet-ddpm.ts', () => {
  /** A bar from row or column `place` on. */
  const bar = (lying: boolean, place: number) =>
    Array.from({ length: 64 }, (_, pixel) => {
      const along = lying ? Math.floor(pixel / 8) : pixel % 8
      return along === place || along === place + 1 ? '#' : '.'
    }).join('')

  it('draws bars of both directions, nearly all without a wrong pixel', async () => {
    const { images } = await drawnBars
    const drawn = Array.from({ length: 64 }, (_, image) =>
      Array.from(images.data.slice(64 * image, 64 * image + 64), (value) => (value > 0 ? '#' : '.')).join(''),
    )
    const bars = [true, false].flatMap((lying) => Array.from({ length: 7 }, (_, place) => bar(lying, place)))
    const right = drawn.filter((image) => bars.includes(image))
    expectStated('unet-ddpm.ts', { 'images that are drawn,': right.length / 64 }, 0.15)
    expect(new Set(right).size).toBeGreaterThan(10)
  })
})

describe('examples/convnext-block.ts', () => {
  it('tells eight directions apart on new images', async () => {
    const { accuracy } = await tested
    expectStated('convnext-block.ts', { accuracy: accuracy.data[0] }, 0.05)
    expect((await runConvNext).metrics).toHaveLength(120)
  })
})

describe('examples/ctc.ts', () => {
  it('spells most of the new words, without a letter too many or too few', async () => {
    const words = await spelled
    const right = words.filter(({ found, wanted }) => found === wanted).length / words.length
    expectStated('ctc.ts', { 'spelled right': right }, 0.1)
    expect(new Set(words.map(({ wanted }) => wanted.length))).toEqual(new Set([1, 2, 3, 4]))
  })
})
