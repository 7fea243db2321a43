import { describe, expect, it } from 'vitest'
import type { EncodedDomain } from '../../../src/experiments/encoding/image-encoder.js'
import { encodedBefore, imageEncoder } from '../../../src/experiments/encoding/image-encoder.js'
import type { KeptView } from '../../../src/experiments/encoding/training-views.js'
import { keptViews, drawnView } from '../../../src/experiments/encoding/training-views.js'
import type { Augmentation, ImageTable } from '../../../src/methods/index.js'
import { adaptableClip } from '../../../src/experiments/encoding/adaptable-clip.js'
import type { TensorValue } from '../../../src/values/value.js'
import * as Effect from '../../../src/effects/effect.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { memoryWorld } from '../../../src/effects/runtimes/memory-runtime.js'
import { openAiPreprocessing } from '../../../src/formats/checkpoints/image-preprocessing.js'
import { centreView } from '../../../src/effects/image-view.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { countingEngine } from '../../support/testing-engine.js'
import { openAiBlocks } from '../../../src/model/index.js'

const rows = (...data: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape: [data.length, 1],
  data: Float32Array.from(data),
})

const mirrored = { ...centreView, flip: true }
const photos: EncodedDomain = {
  domain: 'photo',
  rows: { views: [centreView, mirrored], tables: [] },
  images: ['a.jpg', 'b.jpg', 'broken.jpg', 'c.jpg'].map((path) => ({ path, label: -1 })),
  set: {
    images: ['a.jpg', 'b.jpg', 'c.jpg'].map((path, label) => ({ path, label })),
    views: [{ feature: rows(1, 2, 3) }, { feature: rows(-1, -2, -3) }],
  },
}

/** Nothing is encoded with it: its sizes are none. */
const clip = adaptableClip({
  preprocessing: openAiPreprocessing,
  assumed: [],
  path: 'clip.safetensors',
  architecture: {
    ...{ kind: 'vit', embedDim: 1, imageResolution: 8, visionPatchSize: 8 },
    ...{ visionLayers: 1, visionWidth: 64, visionHeads: 1 },
    ...{
      contextLength: 8,
      vocabSize: 8,
      textWidth: 64,
      textHeads: 1,
      textLayers: 1,
      textBlocks: openAiBlocks,
      visionBlocks: openAiBlocks,
    },
  },
  weights: {},
})

const encode = (
  domain: string,
  paths: readonly string[],
  views: readonly KeptView[],
  tables: readonly ImageTable[] = [],
) =>
  interpret(
    encodedBefore([photos], imageEncoder())(
      clip,
      domain,
      paths.map((path) => ({ path, label: -1 })),
      { views, tables },
    ),
  )(memoryWorld({ engine: countingEngine }).runtime)()

describe('images that were encoded before', () => {
  it('are found whatever their order, under the views that are asked for, with the labels that are given now', async () => {
    const { images, views } = expectRight(await encode('photo', ['c.jpg', 'a.jpg'], [mirrored]))
    expect(images).toEqual([
      { path: 'c.jpg', label: -1 },
      { path: 'a.jpg', label: -1 },
    ])
    expect(views.map(({ feature }) => [...(feature?.data ?? [])])).toEqual([[-3, -1]])
  })

  it('are left out where they could not be read then', async () => {
    const { images, views } = expectRight(
      await encode('photo', ['b.jpg', 'broken.jpg'], [centreView, mirrored]),
    )
    expect(images.map(({ path }) => path)).toEqual(['b.jpg'])
    expect(views.map(({ feature }) => [...(feature?.data ?? [])])).toEqual([[2], [-2]])
  })

  it('that could not be read then are not tried again under other views, so that nobody is warned twice', async () => {
    const asked: string[] = []
    const encoder = encodedBefore([photos], (_clip, _domain, images) => {
      asked.push(...images.map(({ path }) => path))
      return Effect.of({ images, views: [] })
    })
    const paths = ['a.jpg', 'broken.jpg', 'd.jpg'].map((path) => ({ path, label: -1 }))
    const effect = encoder(clip, 'photo', paths, { views: [{ tag: 'Stretch', flip: false }], tables: [] })
    expectRight(await interpret(effect)(memoryWorld({ engine: countingEngine }).runtime)())
    expect(asked).toEqual(['a.jpg', 'd.jpg'])
  })

  it.each([
    { what: 'another domain', domain: 'sketch', paths: ['a.jpg'], views: [centreView] },
    { what: 'another view', domain: 'photo', paths: ['a.jpg'], views: [{ ...centreView, x: 0 }] },
    { what: 'other images', domain: 'photo', paths: ['d.jpg'], views: [centreView] },
    {
      what: 'some other images',
      domain: 'photo',
      paths: ['a.jpg', 'd.jpg'],
      views: [centreView],
    },
    {
      what: 'rows with tokens',
      domain: 'photo',
      paths: ['a.jpg'],
      views: [centreView],
      tables: ['tokens'] as const,
    },
  ])('do not stand for $what: that goes through the encoder', async ({ domain, paths, views, tables }) => {
    expect(expectLeft(await encode(domain, paths, views, tables))).toMatchObject({
      tag: 'TensorMissing',
      where: 'clip.safetensors',
    })
  })
})

describe('the views that are kept of an image', () => {
  const image = (digit: string) => ({ path: 'a.jpg', label: 0, sha256: digit.repeat(64) })
  const kept = (augmentation: Augmentation, digit = 'a') =>
    keptViews({ method: 'coop', augmentation }, centreView).map(drawnView(image(digit)))

  it('are the whole of it and its mirror image without random crops, and the whole alone where crops are new in each epoch', () => {
    expect(kept('none')).toEqual([centreView, mirrored])
    expect(kept('fresh')).toEqual([centreView])
  })

  it('are the whole of it and as many random crops as are asked for, which differ', () => {
    const views = kept({ views: 3 })
    expect(views[0]).toEqual(centreView)
    expect(new Set(views.map((view) => JSON.stringify(view))).size).toBe(4)
    expect(views.slice(1).map(({ tag }) => tag)).toEqual(['ResizedCrop', 'ResizedCrop', 'ResizedCrop'])
  })

  it('are the same every time, whatever the name of the image and the number of the others', () => {
    expect(kept({ views: 2 })).toEqual(kept({ views: 3 }).slice(0, 3))
    const renamed = { ...image('a'), path: 'b.jpg', label: 5 }
    expect(
      keptViews({ method: 'dapl', augmentation: { views: 2 } }, centreView).map(drawnView(renamed)),
    ).toEqual(kept({ views: 2 }))
  })

  it('are crops of its own: another image has others', () => {
    expect(kept({ views: 2 }, 'b').slice(1)).not.toEqual(kept({ views: 2 }, 'a').slice(1))
  })

  it('are followed by a strong view of each, of its own, where a method reads them', () => {
    const strong = (augmentation: Augmentation, digit = 'a') =>
      keptViews({ method: 'damp', augmentation }, centreView).map(drawnView(image(digit)))
    const [whole, mirror, ...changed] = strong('none')
    expect([whole, mirror]).toEqual([centreView, mirrored])
    expect(changed.map(({ changes: _, ...place }) => place)).toEqual([centreView, mirrored])
    expect(changed.map(({ changes }) => changes?.length)).toEqual([2, 2])
    expect(strong('none', 'b').slice(2)).not.toEqual(changed)
    expect(strong({ views: 3 })).toHaveLength(1 + 3 + 3)
    expect(strong('fresh')).toEqual([centreView])
  })

  it('are the whole of it alone where a method learns nothing', () => {
    expect(keptViews({ method: 'zero-shot', augmentation: { views: 3 } }, centreView)).toEqual([centreView])
  })
})
