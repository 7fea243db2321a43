/**
 * Checkpoints, tokens and pixels as open_clip, transformers and Pillow have them: by small files that `make.py` made with these
 * libraries and that are stored (`npm run checkpoints:peers -- --store`), and anew where Python has the libraries.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import type * as Effect from '../../../src/effects/effect.js'
import type { Tokenizer } from '../../../src/model/tokenizer/tokenizer.js'
import { performHere } from '../../../src/training/perform-here.js'
import { expectRight } from '../../expect-either.js'
import { clipTokenizer } from '../../support/clip-tokenizer.js'
import { pixelDistances, resizedDistances } from './compare-pixels.js'
import { featureDistances, unlikeTexts } from './compare.js'
import { conventionsFor, convertToAll } from './converted.js'
import { limits, otherwiseByDesign } from './limits.js'
import type { Made } from './made.js'
import { clipPath, readMade } from './made.js'
import { checkConverted, makeIn, missingLibraries } from './python.js'
import { unpackStored } from './stored.js'

const engine = onnxEngine()
const perform = <A>(effect: Effect.Effect<A>): Promise<A> => performHere(effect, { engine })

const clips = [
  'openai-vit-b-32',
  'openai-rn50',
  'laion-vit-b-32',
  'transformers-vit-b-16',
  'transformers-vit-l-14',
  'quickgelu-vit-b-16',
]

let tokenizer: Tokenizer
let folder: string
beforeAll(async () => {
  tokenizer = await clipTokenizer()
  folder = mkdtempSync(join(tmpdir(), 'peers-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const expectEqualTokens = (made: Made): void => {
  expect(made.texts.length).toBeGreaterThanOrEqual(1000)
  expect(unlikeTexts(made, tokenizer)).toEqual([])
}

const expectClosePixels = async (made: Made): Promise<void> => {
  const distances = await perform(pixelDistances(made))
  const far = distances.filter(({ distance }) => distance > limits.pixels).map(({ name }) => name)
  expect(far.toSorted()).toEqual(Object.keys(otherwiseByDesign).toSorted())
  expect(distances.length - far.length).toBeGreaterThanOrEqual(40)
  const resized = await perform(resizedDistances(made))
  expect(resized.length).toBeGreaterThanOrEqual(40)
  expect(resized.filter(({ distance }) => distance > limits.pixels)).toEqual([])
}

const expectCloseFeatures = async (made: Made, clip: string, path: string): Promise<void> => {
  const { image, text } = await perform(featureDistances(made, clip, path, tokenizer))
  expect(image, `image features of ${path}`).toBeLessThan(limits.features)
  expect(text, `text features of ${path}`).toBeLessThan(limits.features)
}

describe('the stored files of open_clip, transformers and Pillow', () => {
  let made: Made
  beforeAll(async () => {
    unpackStored(join(folder, 'stored'))
    made = await perform(readMade(join(folder, 'stored')))
  })

  it('have six CLIPs', () => {
    expect(made.about.clips).toEqual(clips)
  })

  it('have a thousand texts, whose tokens are the same here', () => {
    expectEqualTokens(made)
  })

  it('have images, whose preprocessed pixels are the same here, those of some kinds aside', async () => {
    await expectClosePixels(made)
  })

  it.each(clips)('give the features of %s', async (clip) => {
    await expectCloseFeatures(made, clip, clipPath(made, clip))
  })

  it('give features ten times as far away as is allowed, if the configuration says the other activation', async () => {
    const [clip, other] = ['laion-vit-b-32', join(folder, 'other-activation')]
    cpSync(clipPath(made, clip), other, { recursive: true })
    const configuration = join(other, 'open_clip_config.json')
    const text = readFileSync(configuration, 'utf8')
    writeFileSync(configuration, text.replace('"model_cfg": {', '"model_cfg": { "quick_gelu": true,'))
    const { image, text: ofTexts } = await perform(featureDistances(made, clip, other, tokenizer))
    expect(Math.min(image, ofTexts)).toBeGreaterThan(10 * limits.features)
  })

  it.each(clips)('give the features of %s, converted to every convention', async (clip) => {
    const converted = await perform(convertToAll(made, clip, join(folder, 'converted')))
    expect(converted.map(({ convention }) => convention)).toEqual(conventionsFor(clip))
    for (const { path } of converted) await expectCloseFeatures(made, clip, path)
  })
})

describe('new files of open_clip, transformers and Pillow', () => {
  it(
    'give the same here, and what is converted is loaded strictly by them',
    { timeout: 600_000 },
    async ({ skip }) => {
      const missing = await missingLibraries()
      if (missing !== undefined) return skip(missing)
      const [fresh, converted] = [join(folder, 'new'), join(folder, 'newly-converted')]
      expectRight(await makeIn(fresh, 'small')())
      const made = await perform(readMade(fresh))
      expectEqualTokens(made)
      await expectClosePixels(made)
      for (const clip of made.about.clips) {
        await expectCloseFeatures(made, clip, clipPath(made, clip))
        await perform(convertToAll(made, clip, converted))
      }
      const checked = expectRight(await checkConverted(fresh, converted)())
      expect(checked).toHaveLength(clips.flatMap(conventionsFor).length)
      expect(checked.filter(({ tag }) => tag === 'Failed')).toEqual([])
      const far = checked.filter(
        (one) => one.tag === 'Loaded' && Math.max(one.image, one.text) >= limits.features,
      )
      expect(far).toEqual([])
    },
  )
})
