import { describe, expect, it } from 'vitest'
import { evaluate, input, programOfNodes, sized } from '../../../src/dsl/index.js'
import { keyFromSeed } from '../../../src/values/random-key.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import type { AugmentationStrength } from '../../../src/experiments/pretraining/augmentation.js'
import { augment, drawAugmentation } from '../../../src/experiments/pretraining/augmentation.js'
import { expectRight } from '../../expect-either.js'
import { drawn, expectClose, f32 } from '../../support/evaluation.js'

const [batch, resolution] = [6, 8]
const key = keyFromSeed(3)
const side = sized('R', resolution)
const strong: AugmentationStrength = { leastArea: 0.3, colour: 1, edges: 0.5 }

const images = drawn(1, [batch, 3, resolution, resolution])
const augmented = expectRight(
  programOfNodes({ images: augment(input('images', ['B', 3, side, side]), side).node }),
)

const apply = (matrices: NamedValues): readonly number[] => [
  ...(expectRight(evaluate(augmented, { images, ...matrices }, { B: batch }))['images']?.data ?? []),
]

/** Rows of `width` numbers. */
const rowsOf = (data: ArrayLike<number>, width: number): readonly (readonly number[])[] =>
  Array.from({ length: data.length / width }, (_, i) => Array.from(data).slice(i * width, (i + 1) * width))

/** Matrices that change nothing, for `batch` images. */
const unchanged = (edges: number, pen = 1): NamedValues => {
  const identity = (size: number): readonly number[] =>
    Array.from({ length: size ** 2 }, (_, i) => (Math.floor(i / size) === i % size ? 1 : 0))
  const forAll = (one: readonly number[]): readonly number[] =>
    Array.from({ length: batch }, () => one).flat()
  return {
    rows: f32([batch, resolution, resolution], forAll(identity(resolution))),
    columns: f32([batch, resolution, resolution], forAll(identity(resolution))),
    colour: f32([batch, 3, 3], forAll(identity(3))),
    shift: f32([batch, 3], forAll([0, 0, 0])),
    edges: f32([batch], forAll([edges])),
    pen: f32([batch], forAll([pen])),
  }
}

describe('augmentation', () => {
  it('by identity matrices changes nothing', () => {
    expectClose(apply(unchanged(0)), [...images.data], 1e-12)
  })

  it('mirrors images by mirrored columns, and shifts and mixes colours', () => {
    const { columns, ...others } = unchanged(0)
    const mirrored = f32(
      [batch, resolution, resolution],
      rowsOf(columns?.data ?? [], resolution).flatMap((row) => row.toReversed()),
    )
    expectClose(
      apply({ ...others, columns: mirrored }),
      rowsOf(images.data, resolution).flatMap((row) => row.toReversed()),
      1e-12,
    )
    const swapped = f32(
      [batch, 3, 3],
      Array.from({ length: batch }, () => [0, 0, 1, 0, 1, 0, 1, 0, 0]).flat(),
    )
    const shift = f32([batch, 3], Array.from({ length: batch }, () => [1, 2, 3]).flat())
    const channels = rowsOf(images.data, resolution ** 2)
    expectClose(
      apply({ ...unchanged(0), colour: swapped, shift }),
      channels.flatMap((_, i) =>
        (channels[i - (i % 3) + (2 - (i % 3))] ?? []).map((value) => value + (i % 3) + 1),
      ),
      1e-12,
    )
  })

  it('makes each pixel an average of pixels', () => {
    const { rows, columns } = drawAugmentation(key, batch, resolution, strong)
    for (const row of [...rowsOf(rows?.data ?? [], resolution), ...rowsOf(columns?.data ?? [], resolution)]) {
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
      expect(Math.min(...row)).toBeGreaterThanOrEqual(0)
    }
  })

  it('is drawn from its key', () => {
    expect(drawAugmentation(key, batch, resolution, strong)).toEqual(
      drawAugmentation(key, batch, resolution, strong),
    )
    expect(drawAugmentation(keyFromSeed(4), batch, resolution, strong)).not.toEqual(
      drawAugmentation(key, batch, resolution, strong),
    )
  })

  it('draws edges of a flat image as paper', () => {
    const flat = f32(
      images.shape,
      Array.from(images.data, () => 0.7),
    )
    const { images: result } = expectRight(
      evaluate(augmented, { images: flat, ...unchanged(1) }, { B: batch }),
    )
    const drawing = [...(result?.data ?? [])]
    expectClose(
      drawing,
      drawing.map(() => 2),
      1e-5,
    )
  })

  it('draws darker where the pen presses harder, and never darker than ink', () => {
    const [light, heavy] = [apply(unchanged(1, 0.2)), apply(unchanged(1, 5))]
    const total = (drawing: readonly number[]): number => drawing.reduce((sum, value) => sum + value, 0)
    light.forEach((value, i) => expect(heavy[i]).toBeLessThanOrEqual(value))
    expect(total(heavy)).toBeLessThan(total(light) - 1)
    expect(Math.min(...heavy)).toBeCloseTo(-1.8, 9)
  })
})
