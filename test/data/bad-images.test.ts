import { describe, expect, it } from 'vitest'
import { explain } from '../../src/effects/explain.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { drawnData } from '../support/drawn-data.js'
import { listed, readFrom } from './reading.js'

const images = await drawnData(2)
const paths = Object.keys(images)

const lists = {
  'splits_mini/photo_train.txt': `${paths
    .filter((path) => path.startsWith('photo'))
    .map((path) => `${path} ${['dog', 'house', 'tree'].indexOf(path.split('/')[1] ?? '')}`)
    .join('\n')}\nphoto/cat/1.png 3\nphoto/dog/missing.png 0\n`,
  'splits_mini/photo_test.txt': 'photo/dog/dog-0.png 0\n',
}

describe('an image that a list names and whose file is missing', () => {
  it('is reported with its line, and left out', async () => {
    const { outcome, printed } = await readFrom({ ...images, ...lists })
    expect(printed).toEqual([
      'skipped: data/photo/cat/1.png: no such file, though data/splits_mini/photo_train.txt line 7 names it',
      'skipped: data/photo/dog/missing.png: no such file, though data/splits_mini/photo_train.txt line 8 names it',
    ])
    const [photo] = expectRight(outcome).domains
    expect(listed(photo)).toHaveLength(6)
    expect(listed(photo).some((line) => line.includes('missing'))).toBe(false)
  })

  it('leaves a domain without images if all of them are missing', async () => {
    const { outcome } = await readFrom({
      'splits_mini/a_train.txt': 'a/x/1.jpg 0',
      'splits_mini/a_test.txt': '',
    })
    expect(explain(expectLeft(outcome))).toContain("domain 'a' has no images")
  })
})

describe('strict reading', () => {
  it('succeeds if every image can be decoded', async () => {
    const { outcome, printed } = await readFrom(images, { strict: true })
    expect(expectRight(outcome).domains.map((domain) => listed(domain).length)).toEqual([6, 6])
    expect(printed).toEqual([])
  })

  it('fails with every image that is missing or broken', async () => {
    const whole = images['photo/tree/tree-1.png'] ?? new Uint8Array()
    const broken = {
      ...images,
      ...lists,
      'photo/house/house-0.png': Uint8Array.of(1, 2, 3),
      'photo/tree/tree-1.png': whole.slice(0, whole.length - 20),
    }
    const failure = expectLeft((await readFrom(broken, { strict: true })).outcome)
    expect(failure).toMatchObject({ tag: 'BadImages', root: 'data' })
    expect(failure.tag === 'BadImages' ? failure.images.map(({ path }) => path) : []).toEqual([
      'data/photo/cat/1.png',
      'data/photo/dog/missing.png',
      'data/photo/house/house-0.png',
      'data/photo/tree/tree-1.png',
    ])
    expect(explain(failure)).toMatch(
      /^data: 4 images are missing or broken; .*\n {2}→ .* without strict, .*$/,
    )
  })

  it('checks only the domains that are asked for', async () => {
    const broken = { ...images, 'photo/house/house-0.png': Uint8Array.of(1) }
    const { outcome } = await readFrom(broken, { strict: true, domains: ['sketch'] })
    expect(expectRight(outcome).domains.map(({ name }) => name)).toEqual(['sketch'])
  })
})
