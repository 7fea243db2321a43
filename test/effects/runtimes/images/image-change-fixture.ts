/** What the Python Imaging Library makes of a small image by the changes of RandAugment. */
import * as t from 'io-ts'
import type { AffineMatrix } from '../../../../src/effects/image-change.js'
import { literals } from '../../../../src/dsl/documents/literals.js'
import { numpyFixture } from '../../../support/numpy-fixture.js'

/** Six numbers: io-ts has tuples of five at most. */
const affine = new t.Type<AffineMatrix>(
  'AffineMatrix',
  (value): value is AffineMatrix => t.array(t.number).is(value) && value.length === 6,
  (value, context) => {
    const [a, b, c, d, e, f] = t.array(t.number).is(value) ? value : []
    return a === undefined ||
      b === undefined ||
      c === undefined ||
      d === undefined ||
      e === undefined ||
      f === undefined
      ? t.failure(value, context)
      : t.success([a, b, c, d, e, f])
  },
  (value) => value,
)

const change = t.union([
  t.type({ tag: literals(['AutoContrast', 'Equalize', 'Invert']) }),
  t.type({ tag: t.literal('Posterize'), bits: t.number }),
  t.type({ tag: t.literal('Solarize'), threshold: t.number, added: t.number }),
  t.type({ tag: literals(['Saturation', 'Contrast', 'Brightness', 'Sharpness']), factor: t.number }),
  t.type({ tag: t.literal('Affine'), matrix: affine }),
])

const codec = t.type({
  side: t.number,
  /** Three bytes a pixel, row by row. */
  image: t.array(t.number),
  changes: t.array(t.type({ change, pixels: t.array(t.number) })),
})

export const imageChangeFixture = numpyFixture(
  'image-change-fixture.py',
  codec,
  ...['test', 'effects', 'runtimes', 'images', 'image-change-fixture.json'],
)
