import * as TE from 'fp-ts/lib/TaskEither.js'
import { expect, it } from 'vitest'
import { imageQueue } from '../../src/effects/image-queue.js'
import { centreView, clipNormalisation } from '../../src/effects/image-view.js'
import { tensorValue } from '../../src/values/value.js'
import { expectRight } from '../expect-either.js'

const transform = { resolution: 1, ...clipNormalisation }
const chunks = ['a', 'b', 'c', 'd'].map((path) => [{ path, view: centreView }])

/** A queue of four chunks of one image, and what it decodes; an image is the code of its name. */
const watched = () => {
  const begun: string[] = []
  const queue = imageQueue(
    ({ requests }) => {
      const names = requests.map(({ path }) => path)
      return TE.fromIO(() => {
        begun.push(...names)
        const images = tensorValue(
          'f32',
          [names.length],
          names.map((name) => name.charCodeAt(0)),
        )
        return { images, positions: names.map((_, i) => i), failures: [] }
      })
    },
    { chunks, transform },
  )
  const next = async (chunk?: number): Promise<string> =>
    String.fromCharCode(...expectRight(await queue.next(chunk)()).images.data)
  return { queue, begun, next }
}

it('a queue gives its chunks in order, each decoded once and one ahead, then chunks without images', async () => {
  const { begun, next } = watched()
  expect(begun).toEqual([])
  expect(await next()).toBe('a')
  expect(begun).toEqual(['a', 'b'])
  expect([await next(), await next(2), await next(3), await next()]).toEqual(['b', 'c', 'd', ''])
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
})

it('a queue gives a chunk by its number, and goes on from there', async () => {
  const { begun, next } = watched()
  expect([await next(2), await next(3), await next(0), await next()]).toEqual(['c', 'd', 'a', 'b'])
  expect(begun).toEqual(['c', 'd', 'a', 'b', 'c'])
})

it('a queue that is closed decodes nothing more', async () => {
  const { queue, begun, next } = watched()
  await next()
  queue.close()
  expect(await next()).toBe('')
  expect(begun).toEqual(['a', 'b'])
})
