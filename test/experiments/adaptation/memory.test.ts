import { describe, expect, it } from 'vitest'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { memoryWorld } from '../../../src/effects/runtimes/memory-runtime.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
import { diskWith, smallAdClip } from '../../support/small-ad-clip.js'

const engine = onnxEngine()
const images = await drawnData(22)

/** A step or two on 64 + 64 images, and what is said of memory. */
const adapted = async (memory?: number) => {
  const world = memoryWorld({ engine, disk: diskWith(images) })
  const limit = memory === undefined ? {} : { memory }
  const outcome = await interpret(smallAdClip(false, { batch: 64, ...limit }))(world.runtime)()
  return { outcome, said: world.printed.filter((line) => line.startsWith('memory: ')) }
}

const refused = expectLeft((await adapted(1)).outcome)
const needed = refused.tag === 'MemoryTooSmall' ? Math.ceil(refused.needed) : Number.NaN

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
    const [apart, whole] = [expectRight(outcome), expectRight((await adapted()).outcome)]
    expect(Object.keys(apart)).toEqual(Object.keys(whole))
    for (const [name, { data }] of Object.entries(whole)) {
      const found = apart[name]?.data ?? new Float32Array(0)
      data.forEach((x, i) => expect(Math.abs(x - (found[i] ?? Number.NaN)), name).toBeLessThan(1e-3))
    }
  })
})
