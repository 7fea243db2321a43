import { describe, expect, it } from 'vitest'
import { dataUrl } from '../../src/report/data-url.js'

describe('a file as an address that holds it', () => {
  it.each([0, 1, 2, 3, 4095, 4096, 4097, 100_000])(
    'holds %i bytes as Node writes them in base 64',
    (count) => {
      const bytes = Uint8Array.from({ length: count }, (_, i) => (i * i) % 256)
      expect(dataUrl('image/png', bytes)).toBe(
        `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`,
      )
    },
  )
})
