import { describe, expect, it } from 'vitest'
import type { Failure } from '../../../src/effects/failure.js'
import type { MethodName } from '../../../src/methods/index.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { memoryWorld } from '../../../src/effects/runtimes/memory-runtime.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
import { architecture, diskWith, smallConfiguration, smallRun } from '../../support/small-ad-clip.js'

const engine = onnxEngine()
const images = await drawnData(22)

/** Deep enough that a step in parts takes less than a whole one. */
const deep = { ...architecture, textLayers: 3 }

/** A step or two on 64 + 64 images, and what is said of memory. */
const adapted = async (memory?: number, method: MethodName = 'ad-clip') => {
  const world = memoryWorld({ engine, disk: diskWith(images, deep) })
  const limit = memory === undefined ? {} : { memory }
  const run = { ...smallConfiguration(method), epochs: 1, batch: 64, ...limit }
  const outcome = await interpret(smallRun(run, false))(world.runtime)()
  return { outcome, said: world.printed.filter((line) => line.startsWith('memory: ')) }
}

/** Bytes that a step takes image by image, or that it would take in any case. */
const leastOf = (refused: Failure): number =>
  refused.tag === 'MemoryTooSmall' ? Math.ceil(refused.needed) : Number.NaN

const refused = expectLeft((await adapted(1)).outcome)
const needed = leastOf(refused)

const expectSame = (found: NamedValues, expected: NamedValues): void => {
  expect(Object.keys(found)).toEqual(Object.keys(expected))
  for (const [name, { data }] of Object.entries(expected)) {
    const own = found[name]?.data ?? new Float32Array(0)
    data.forEach((x, i) => expect(Math.abs(x - (own[i] ?? Number.NaN)), name).toBeLessThan(1e-3))
  }
}

describe('adapting within a limit on memory', () => {
  it('is refused where a pair of images does not fit', () => {
    expect(refused).toMatchObject({ tag: 'MemoryTooSmall', given: 1 })
    expect(needed).toBeGreaterThan(2 ** 27)
  })

  it('takes steps whole where they fit, and says so', async () => {
    const { outcome, said } = await adapted(2 ** 33)
    expectRight(outcome)
    expect(said).toEqual([
      expect.stringMatching(/^memory: steps of 64 \+ 64 images at once, about 0\.\d\d GiB of 8\.00 GiB$/),
    ])
  })

  it('says nothing where there is none', async () => expect((await adapted()).said).toEqual([]))

  it('takes a pair at a time where no more fits, and learns the same', async () => {
    const { outcome, said } = await adapted(needed)
    expect(said).toEqual([expect.stringContaining('steps of 64 + 64 images, 1 + 1 at a time')])
    expectSame(expectRight(outcome), expectRight((await adapted()).outcome))
  })

  it('takes parts of a step of CoCoOp, and learns the same', async () => {
    const least = leastOf(expectLeft((await adapted(1, 'cocoop')).outcome))
    const apart = await adapted(least, 'cocoop')
    expect(apart.said).toEqual([expect.stringContaining('steps of 64 + 64 images, 1 + 1 at a time')])
    expectSame(expectRight(apart.outcome), expectRight((await adapted(undefined, 'cocoop')).outcome))
  })

  it('takes steps of a method with dropout whole, and refuses them where they do not fit', async () => {
    expect(expectLeft((await adapted(1, 'damp')).outcome)).toMatchObject({
      tag: 'MemoryTooSmall',
      what: 'a training step, which cannot be taken image by image,',
    })
  })
})
