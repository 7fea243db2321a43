/**
 * CLIP's tokenizer against ids that others computed. Those of `tokenizer-golden.json` are from Python 3.11, ftfy 6.3.1
 * and regex 2026.5.9 (the same with regex 2022.10.31), by the steps of openai/CLIP's `SimpleTokenizer.encode`:
 * `ftfy.fix_text`, `html.unescape` twice, `strip`, `\s+` to one space, `lower`, its pattern's words, its merges. To
 * make them again: `pip install ftfy regex`, and `SimpleTokenizer().encode(text)` for each text.
 */
import { existsSync, readFileSync } from 'node:fs'
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import { explainTokenizerError } from '../../src/model/tokenizer/tokenizer.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { clipTokenizer } from '../support/clip-tokenizer.js'

const Case = t.readonly(t.type({ text: t.string, ids: t.readonlyArray(t.number) }))
const GoldenCase = t.intersection([Case, t.type({ kind: t.string })])

const readCases = <A>(codec: t.Type<A>, file: URL): readonly A[] =>
  expectRight(t.array(codec).decode(JSON.parse(readFileSync(file, 'utf8'))))

const golden = readCases(GoldenCase, new URL('tokenizer-golden.json', import.meta.url))
const kinds = [...new Set(golden.map(({ kind }) => kind))]
const shared = new URL('../../../shared/parity/tokenizer/cases.json', import.meta.url)

const startOfText = 49_406
const endOfText = 49_407

let clip: Tokenizer
beforeAll(async () => {
  clip = await clipTokenizer()
})

const encoded = (cases: readonly t.TypeOf<typeof Case>[]): typeof cases =>
  cases.map(({ text }) => ({ text, ids: clip.encode(text) }))

const withoutKind = (cases: typeof golden): readonly t.TypeOf<typeof Case>[] =>
  cases.map(({ text, ids }) => ({ text, ids }))

describe("CLIP's tokenizer", () => {
  it('is tested on more than 200 texts of more than 30 kinds', () => {
    expect(golden.length).toBeGreaterThan(200)
    expect(kinds.length).toBeGreaterThan(30)
  })

  it.each(kinds)("gives the original's ids: %s", (kind) => {
    const cases = withoutKind(golden.filter((one) => one.kind === kind))
    expect(encoded(cases)).toEqual(cases)
  })

  it.skipIf(!existsSync(shared))("gives the original's ids for the shared cases", () => {
    const cases = readCases(Case, shared)
    expect(cases.length).toBeGreaterThan(0)
    expect(encoded(cases)).toEqual(cases)
  })

  it('takes a long text without spaces in a moment', () => {
    expect(clip.encode('漢字仮名交'.repeat(1000)).length).toBeGreaterThan(5000)
  })
})

describe('decoding', () => {
  it('gives the words again, each followed by a space', () => {
    expect(clip.decode(clip.encode('The  fox’s CAFÉ, 42!'))).toEqual(E.right("the fox 's café , 4 2 ! "))
  })

  it('names the special tokens, and writes bytes that are no text as U+FFFD', () => {
    expect(clip.decode([startOfText, 320, endOfText])).toEqual(E.right('<|startoftext|>a <|endoftext|>'))
    expect(clip.decode(clip.encode('漢').slice(0, 1))).toEqual(E.right('\ufffd'))
  })

  it.each([-1, 49_408, 0.5, Number.NaN])('refuses the id %d, which the vocabulary does not have', (id) => {
    const error = expectLeft(clip.decode([320, id]))
    expect(error).toEqual({ tag: 'UnknownToken', id, position: 1, size: 49_408 })
    expect(explainTokenizerError(error)).toBe(
      `token ${id} at position 1; the vocabulary has ids from 0 to 49407`,
    )
  })
})

describe('a row for the text tower', () => {
  it('is start, ids, end and zeros', () => {
    const row = expectRight(clip.tokenize('a photo of a dog', 77))
    expect(row).toHaveLength(77)
    expect([...row.slice(0, 8)]).toEqual([startOfText, 320, 1125, 539, 320, 1929, endOfText, 0])
    expect(row.slice(8).every((id) => id === 0)).toBe(true)
  })

  it('may have no zeros after its end', () => {
    expect(clip.tokenize('dog', 3)).toEqual(E.right(Int32Array.of(startOfText, 1929, endOfText)))
  })

  it('fails for a text that does not fit', () => {
    const error = expectLeft(clip.tokenize('a dog', 3))
    expect(error).toEqual({ tag: 'TextTooLong', text: 'a dog', tokens: 4, contextLength: 3 })
    expect(explainTokenizerError(error)).toBe(
      "'a dog' takes 4 tokens, its start and end included, and the context has 3; shorten the text",
    )
  })

  it.each([0, 1, -3, 2.5, Number.NaN, Infinity])('cannot be %d long', (contextLength) => {
    const error = expectLeft(clip.tokenize('', contextLength))
    expect(error).toEqual({ tag: 'InvalidContextLength', contextLength })
    expect(explainTokenizerError(error)).toBe(
      `a context of ${contextLength} tokens; give an integer of at least 2, room for a text's start and end, and at most 1048576`,
    )
  })

  it('is one row of a batch, in the order of the texts', () => {
    expect(clip.tokenizeAll(['dog', '', 'a'], 4)).toEqual(
      E.right({
        dtype: 'i32',
        shape: [3, 4],
        data: Int32Array.of(
          ...[startOfText, 1929, endOfText, 0],
          ...[startOfText, endOfText, 0, 0],
          ...[startOfText, 320, endOfText, 0],
        ),
      }),
    )
    expect(
      pipe(
        clip.tokenizeAll([], 4),
        E.map(({ shape }) => shape),
      ),
    ).toEqual(E.right([0, 4]))
  })

  it('fails for a batch in which one text does not fit', () => {
    expect(expectLeft(clip.tokenizeAll(['a', 'a dog', 'a'], 3))).toMatchObject({ text: 'a dog' })
  })
})
