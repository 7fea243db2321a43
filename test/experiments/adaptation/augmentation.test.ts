import { describe, expect, it } from 'vitest'
import { explain } from '../../../src/effects/explain.js'
import type { ImageRequest, Request } from '../../../src/effects/instruction.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { memoryWorld } from '../../../src/effects/runtimes/memory-runtime.js'
import { methodConfiguration, withKeptViews } from '../../../src/experiments/adaptation/configuration.js'
import type { Augmentation } from '../../../src/methods/index.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
import type { Mishap } from '../../support/mishaps.js'
import { attempt, contents } from '../../support/mishaps.js'
import { configuration, diskWith, smallAdClip } from '../../support/small-ad-clip.js'

const engine = onnxEngine()
const images = await drawnData(2)
const [epochs, batch, count] = [2, 3, 6]
const stepsPerEpoch = count / batch

const run = (augmentation: Augmentation, resume = false) => smallAdClip(resume, { augmentation, batch })

const trained = async (augmentation: Augmentation, mishap?: Mishap) => {
  const disk = diskWith(images)
  return {
    disk,
    ...(await attempt(run(augmentation), { engine, disk, ...(mishap === undefined ? {} : { mishap }) })),
  }
}

/** What is decoded in each step. */
const decodedInSteps = (requests: readonly Request[]): readonly (readonly ImageRequest[])[] =>
  requests.flatMap((request) => (request.name === 'decodeImages' ? [request.payload.requests] : []))

/** The views that steps decode, as text. */
const viewsInSteps = (requests: readonly Request[]): readonly string[] =>
  decodedInSteps(requests).flatMap((step) => step.map(({ view }) => JSON.stringify(view)))

/** The inputs of training steps that are rows of features. */
const stepFeatures = (requests: readonly Request[]): readonly (readonly number[])[] =>
  requests.flatMap((request) => {
    const table = request.name === 'run' ? request.payload.inputs['source.feature'] : undefined
    return table === undefined ? [] : [[...table.data]]
  })

const fresh = await trained('fresh')

describe('training on new crops in every epoch', () => {
  it('ends well', () => {
    expectRight(fresh.outcome)
  })

  it('decodes the images of both domains in each step, each once in an epoch', () => {
    const steps = decodedInSteps(fresh.requests)
    expect(steps.map((step) => step.length)).toEqual(
      Array.from({ length: epochs * stepsPerEpoch }, () => 2 * batch),
    )
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      const paths = steps
        .slice(epoch * stepsPerEpoch, (epoch + 1) * stepsPerEpoch)
        .flat()
        .map(({ path }) => path)
      expect(new Set(paths).size).toBe(2 * count)
    }
  })

  it('sees each image under another random crop in each epoch, and no two images under the same', () => {
    const views = viewsInSteps(fresh.requests)
    expect(views).toHaveLength(2 * epochs * count)
    expect(new Set(views).size).toBe(2 * epochs * count)
    expect(views.every((view) => view.includes('"ResizedCrop"'))).toBe(true)
  })

  it('steps on what the encoder gives for these crops', () => {
    const features = stepFeatures(fresh.requests)
    expect(features).toHaveLength(epochs * stepsPerEpoch)
    expect(new Set(features.map(String)).size).toBe(epochs * stepsPerEpoch)
  })

  it('ends in other weights than training on the whole images', async () => {
    const whole = await trained('none')
    expectRight(whole.outcome)
    expect(contents(fresh.disk)['run/prompt_learner.safetensors']).not.toBe(
      contents(whole.disk)['run/prompt_learner.safetensors'],
    )
  })

  it('sees the same crops after it was killed in an epoch and resumed, and ends in the same files, bit for bit', async () => {
    const at = fresh.instructions.lastIndexOf('decodeImages') + 1
    const { disk } = await trained('fresh', { at, tag: 'Crash' })
    const again = await attempt(run('fresh', true), { engine, disk })
    expectRight(again.outcome)
    expect(decodedInSteps(again.requests)).toEqual(decodedInSteps(fresh.requests).slice(-stepsPerEpoch))
    expect(contents(disk)).toEqual(contents(fresh.disk))
  })

  it('sees other crops with another seed', async () => {
    const other = await attempt(smallAdClip(false, { augmentation: 'fresh', seed: 2, batch }), {
      engine,
      disk: diskWith(images),
    })
    const seen = new Set(viewsInSteps(fresh.requests))
    const others = viewsInSteps(other.requests)
    expect(others).toHaveLength(seen.size)
    expect(others.filter((view) => seen.has(view))).toEqual([])
  })

  it('fails where an image can no longer be read, and says which', async () => {
    const { runtime, disk } = memoryWorld({ engine, disk: diskWith(images) })
    const outcome = await interpret(run('fresh'))({
      ...runtime,
      decodeImages: (payload) => {
        if (payload.requests.some(({ view }) => view.tag === 'ResizedCrop')) {
          disk.files.delete('data/photo/dog/dog-1.png')
        }
        return runtime.decodeImages(payload)
      },
    })()
    expect(explain(expectLeft(outcome))).toContain('data/photo/dog/dog-1.png: no such file')
  })

  it('counts the encoder among what a step holds, and takes fewer images in a run of it where memory is short', async () => {
    const within = async (augmentation: Augmentation, memory: number) => {
      const world = memoryWorld({ engine, disk: diskWith(images) })
      const outcome = await interpret(smallAdClip(false, { augmentation, memory, batch: 6, epochs: 1 }))(
        world.runtime,
      )()
      const encoded = world.requests.flatMap((request) =>
        request.name === 'run' ? [request.payload.inputs['images']?.shape[0] ?? 0] : [],
      )
      return { outcome, inSteps: encoded.filter((rows) => rows > 0).at(-1) }
    }
    const needed = async (augmentation: Augmentation): Promise<number> => {
      const refused = expectLeft((await within(augmentation, 1)).outcome)
      return refused.tag === 'MemoryTooSmall' ? Math.ceil(refused.needed) : Number.NaN
    }
    const least = await needed('fresh')
    expect(least).toBeGreaterThan(await needed('none'))
    const [short, ample] = [await within('fresh', least), await within('fresh', 2 ** 33)]
    expectRight(short.outcome)
    expectRight(ample.outcome)
    expect([short.inSteps, ample.inSteps]).toEqual([1, 12])
  })
})

describe('training on views that are kept', () => {
  const withFeatures = (views: number) =>
    smallAdClip(false, { augmentation: { views } }, { features: 'kept' })

  it('encodes the whole of each image and as many random crops of it once, and decodes nothing in steps', async () => {
    const { outcome, requests } = await trained({ views: 3 })
    expectRight(outcome)
    expect(decodedInSteps(requests)).toEqual([])
    const opened = requests.flatMap((request) =>
      request.name === 'openImages' ? request.payload.chunks.flat() : [],
    )
    expect(opened).toHaveLength(2 * count * (1 + 3))
    const crops = opened.flatMap(({ view }) => (view.tag === 'ResizedCrop' ? [JSON.stringify(view)] : []))
    expect(crops).toHaveLength(2 * count * 3)
    expect(new Set(crops).size).toBe(2 * count * 3)
  })

  it('finds them in the folder of features in a later run, of another seed, too', async () => {
    const disk = diskWith(images)
    expectRight((await attempt(withFeatures(2), { engine, disk })).outcome)
    const later = smallAdClip(
      false,
      { augmentation: { views: 2 }, seed: 7 },
      { features: 'kept', start: 'overwrite' },
    )
    const { outcome, requests } = await attempt(later, { engine, disk })
    expectRight(outcome)
    expect(requests.filter(({ name }) => name === 'openImages')).toEqual([])
  })

  it('says what training sees, in a line at the start', async () => {
    const said = async (augmentation: Augmentation) => {
      const world = memoryWorld({ engine, disk: diskWith(images) })
      expectRight(await interpret(run(augmentation))(world.runtime)())
      return world.printed.filter((line) => line.startsWith('images: '))
    }
    expect(await said({ views: 2 })).toEqual([
      'images: 2 views of each image: random crops of its own, flipped for half of them',
    ])
    expect(await said('none')).toEqual([
      'images: 2 views of each image: the whole of it, and its mirror image',
    ])
    expect(await said('fresh')).toEqual([
      'images: a new random crop of each image in every epoch, flipped for half of them',
    ])
  })
})

describe('what training sees by default', () => {
  it('is a new crop in every epoch, as in the released trainers; of `robust`, the whole image and its mirror image', () => {
    expect(methodConfiguration('ad-clip', 'reference').augmentation).toBe('fresh')
    expect(methodConfiguration('ad-clip', 'paper').augmentation).toBe('fresh')
    expect(methodConfiguration('coop').augmentation).toBe('fresh')
    expect(methodConfiguration('ad-clip', 'robust').augmentation).toBe('none')
  })

  it('is four crops of each image where features are kept', () => {
    expect(withKeptViews(methodConfiguration('ad-clip', 'reference')).augmentation).toEqual({ views: 4 })
    expect(withKeptViews(methodConfiguration('ad-clip', 'robust')).augmentation).toBe('none')
  })
})

describe('a run that does not say what training saw', () => {
  it('is refused by name', async () => {
    const disk = diskWith(images)
    expectRight((await attempt(run('none'), { engine, disk })).outcome)
    disk.files.set(
      'run/run.json',
      Buffer.from(JSON.stringify({ ...configuration, augmentation: undefined, crops: 2 })),
    )
    const before = contents(disk)
    expect(explain(expectLeft((await attempt(run('none', true), { engine, disk })).outcome))).toBe(
      'run/run.json: it is a run of an earlier version, which does not say what training saw of an image: `augmentation`\n' +
        '  → train the run again, or use the version that wrote it',
    )
    expect(contents(disk)).toEqual(before)
  })
})
