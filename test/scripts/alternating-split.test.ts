import { describe, expect, it } from 'vitest'
import { alternatingSplit, listText, sha256 } from '../../scripts/results/alternating-split.js'

describe('the split of PACS', () => {
  it('takes every second file of each domain and class, sorted by code unit', () => {
    const { seen, unseen } = alternatingSplit([
      ...['a/dog/b.jpg', 'a/dog/B.jpg', 'a/dog/10.jpg', 'a/dog/9.jpg', 'a/dog/é.jpg'],
      ...['a/cat/2.jpg', 'b/dog/1.jpg', 'a/cat/1.jpg'],
    ])
    expect(seen).toEqual(['a/cat/1.jpg', 'a/dog/10.jpg', 'a/dog/B.jpg', 'a/dog/é.jpg', 'b/dog/1.jpg'])
    expect(unseen).toEqual(['a/cat/2.jpg', 'a/dog/9.jpg', 'a/dog/b.jpg'])
  })

  it('does not depend on the order in which files are listed', () => {
    const paths = Array.from({ length: 40 }, (_, i) => `domain-${i % 2}/class-${i % 3}/${i}.jpg`)
    expect(alternatingSplit(paths.toReversed())).toEqual(alternatingSplit(paths))
  })

  it('is identified by the SHA-256 of its list, one path per line', () => {
    expect(listText(['a/dog/1.jpg', 'a/dog/2.jpg'])).toBe('a/dog/1.jpg\na/dog/2.jpg\n')
    expect(sha256(listText(['abc']).trimEnd())).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
})
