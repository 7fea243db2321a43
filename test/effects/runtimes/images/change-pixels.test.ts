import { describe, expect, it } from 'vitest'
import { randAugment } from '../../../../src/effects/image-change.js'
import { changePixels } from '../../../../src/effects/runtimes/images/change-pixels.js'
import { keyFromSeed } from '../../../../src/values/random-key.js'
import { expectRight } from '../../../expect-either.js'
import { imageChangeFixture } from './image-change-fixture.js'

const { side, image: bytes, changes } = expectRight(imageChangeFixture.stored())
const image = { width: side, height: side, pixels: Uint8Array.from(bytes) }

describe('a change of an image', () => {
  it.each(changes.map((each) => [JSON.stringify(each.change), each] as const))(
    'gives the bytes of the Python Imaging Library: %s',
    (_, { change, pixels }) => expect([...changePixels(image, [change]).pixels]).toEqual(pixels),
  )

  it('cuts out a grey square that the image has room for', () => {
    const { pixels } = changePixels(image, [{ tag: 'Cutout', x: 0, y: 0.5, side: 0.25 }])
    const grey = [125, 123, 114]
    const at = (x: number, y: number) => [...pixels.subarray((y * side + x) * 3, (y * side + x) * 3 + 3)]
    expect(at(0, side / 2)).toEqual(grey)
    expect(at(side - 1, side / 2)).toEqual(
      [...image.pixels].slice(((side / 2) * side + side - 1) * 3).slice(0, 3),
    )
    expect(at(0, 0)).toEqual([...image.pixels].slice(0, 3))
  })

  it('is made after the change before it', () => {
    const [dark, turned] = [{ tag: 'Brightness', factor: 0.5 }, { tag: 'Invert' }] as const
    const both = changePixels(image, [dark, turned]).pixels
    expect(both).toEqual(changePixels(changePixels(image, [dark]), [turned]).pixels)
    expect(both).not.toEqual(changePixels(image, [turned, dark]).pixels)
  })
})

describe('the changes of RandAugment', () => {
  const drawn = Array.from({ length: 400 }, (_, seed) => randAugment(keyFromSeed(seed)))

  it('are two, and the same for the same key', () => {
    expect(new Set(drawn.map(({ length }) => length))).toEqual(new Set([2]))
    expect(randAugment(keyFromSeed(7))).toEqual(drawn[7])
  })

  it('are of sixteen kinds, five of them to either side', () => {
    const withoutPlaces = drawn
      .flat()
      .map((change) => JSON.stringify(change.tag === 'Cutout' ? { ...change, x: 0, y: 0 } : change))
    expect(new Set(withoutPlaces).size).toBe(11 + 2 * 5)
  })
})
