import { describe, expect, it } from 'vitest'
import { foldIn, keyFromSeed } from '../../src/values/random-key.js'
import {
  centreView,
  placeView,
  randomCrop,
  randomFlip,
  randomResizedCrop,
} from '../../src/effects/image-view.js'

describe('placing a view', () => {
  it("CLIP's: the shorter side to the resolution, the longer one rounded down, the centre cut as torchvision cuts it", () => {
    expect(placeView(centreView, 640, 427, 224)).toEqual({
      from: { left: 0, top: 0, width: 640, height: 427 },
      width: 335,
      height: 224,
      // 55.5 goes to the even neighbour, 56
      window: { left: 56, top: 0, width: 224, height: 224 },
    })
    // 54.5 goes to the even neighbour, 54
    expect(placeView(centreView, 427, 635, 224).window).toMatchObject({ left: 0, top: 54 })
  })

  it('stretching uses the whole image and loses its proportions', () => {
    expect(placeView({ tag: 'Stretch', flip: false }, 30, 70, 16)).toEqual({
      from: { left: 0, top: 0, width: 30, height: 70 },
      width: 16,
      height: 16,
      window: { left: 0, top: 0, width: 16, height: 16 },
    })
  })

  it('fitting keeps them, and leaves a part of the square black', () => {
    expect(placeView({ tag: 'Fit', flip: false }, 30, 70, 16)).toEqual({
      from: { left: 0, top: 0, width: 30, height: 70 },
      width: 7,
      height: 16,
      window: { left: 0, top: 0, width: 7, height: 16 },
    })
    expect(placeView({ tag: 'Fit', flip: false }, 1000, 1, 16)).toMatchObject({ width: 16, height: 1 })
    // 17 of 32 pixels are 8.5 of 16: Python, hence open_clip, rounds to the even number.
    expect(placeView({ tag: 'Fit', flip: false }, 32, 17, 16)).toMatchObject({ width: 16, height: 8 })
  })

  it('a resized crop is the first of its tries that the image has room for, at its place in what is left over', () => {
    const tries = [
      { area: 1, aspect: 2 },
      { area: 0.5, aspect: 2 },
      { area: 0.5, aspect: 1 },
    ]
    const { from } = placeView({ tag: 'ResizedCrop', tries, x: 0, y: 0.5, flip: false }, 400, 400, 16)
    expect(from).toEqual({ left: 0, top: 100, width: 400, height: 200 })
  })

  it.each([
    { width: 400, height: 30, from: { left: 180, top: 0, width: 40, height: 30 } },
    { width: 30, height: 401, from: { left: 0, top: 180, width: 30, height: 40 } },
    { width: 30, height: 31, from: { left: 0, top: 0, width: 30, height: 31 } },
  ])(
    'a resized crop with no room for its tries is the largest one in the middle of $width x $height pixels',
    ({ width, height, from }) => {
      const tries = [{ area: 3, aspect: 1 }]
      const view = { tag: 'ResizedCrop', tries, x: 0.9, y: 0.9, flip: false } as const
      expect(placeView(view, width, height, 16).from).toEqual(from)
    },
  )

  it('every random view lies within the image', () => {
    for (let i = 0; i < 500; i += 1) {
      const key = foldIn(keyFromSeed(1), i)
      const [width, height] = [1 + (i % 37), 1 + ((i * 7) % 41)]
      for (const view of [randomCrop(key), randomResizedCrop(key)]) {
        const { from, window, ...resized } = placeView(view, width, height, 8)
        expect(Math.min(from.left, from.top, window.left, window.top)).toBeGreaterThanOrEqual(0)
        expect(from.left + from.width).toBeLessThanOrEqual(width)
        expect(from.top + from.height).toBeLessThanOrEqual(height)
        expect(window.left + window.width).toBeLessThanOrEqual(resized.width)
        expect(window.top + window.height).toBeLessThanOrEqual(resized.height)
      }
    }
  })

  it('random flips turn about half of the images, and the same key does the same', () => {
    const flipped = Array.from(
      { length: 1000 },
      (_, i) => randomFlip(centreView, foldIn(keyFromSeed(2), i)).flip,
    )
    const count = flipped.filter(Boolean).length
    expect(count).toBeGreaterThan(440)
    expect(count).toBeLessThan(560)
    expect(randomFlip(centreView, keyFromSeed(3))).toEqual(randomFlip(centreView, keyFromSeed(3)))
  })
})
