/** What becomes of a text before its words are encoded. */
import { describe, expect, it } from 'vitest'
import { cleanText } from '../../src/model/tokenizer/clean-text.js'
import { unescapeHtml } from '../../src/model/tokenizer/html-references.js'
import { splitWords } from '../../src/model/tokenizer/words.js'

describe('character references of HTML', () => {
  it.each([
    ['&lt;b&gt;', '<b>'],
    ['&amp;amp;', '&amp;'],
    ['&copy2024 &notit; &notin;', '©2024 ¬it; ∉'],
    ['&eta= &eta; &bepsix', '&eta= η &bepsix'],
    ['&EACUTE; &unknown; &; &', '&EACUTE; &unknown; &; &'],
    ['&#233;&#xE9;&#Xe9', 'ééé'],
    ['&#x80;&#x92;&#x81;', '€’\x81'],
    ['&#0;&#xD800;&#x110000;&#99999999999999999999999;', '\ufffd\ufffd\ufffd\ufffd'],
    ['[&#1;&#x1f;&#127;&#xFFFE;&#xfdd0;&#x10ffff;]', '[]'],
    ['&#9;&#10;&#13;', '\t\n\r'],
    ['&#; &#x; &#xg;', '&#; &#x; &#xg;'],
  ])("%j become %j, as Python's html.unescape has it", (text, expected) => {
    expect(unescapeHtml(text)).toBe(expected)
  })
})

describe('a cleaned text', () => {
  it.each([
    ['has straight quotes for curly ones', '“It’s”', '"it\'s"'],
    ['has letters for ligatures, and characters of plain width', 'ﬁne ＷＩＤＥ ｶﾞ', 'fine wide ガ'],
    ['has letters and accents composed', 'e\u0301', 'é'],
    ['has mojibake repaired', 'schÃ¶n â€“ РџСЂРёРІРµС‚', 'schön – привет'],
    ['keeps what only looks like mojibake', 'CAFÉ™ FIANCÉ… Ні', 'café™ fiancé… ні'],
    ['has no control characters or terminal colours', 'a\x00b\x1b[31mc\ufeff', 'abc'],
    ['has one space for any whitespace, and none at the ends', '\u3000a\u00a0\u2028\u2003\tb\r\n', 'a b'],
    [
      'has the characters of Windows-1252 for control characters of Latin-1',
      'wait\x85 \x93it\x92s\x94',
      'wait… "it\'s"',
    ],
    ['keeps spaces of zero width', 'a\u200bb', 'a\u200bb'],
    ['has references replaced twice', '&amp;lt;b&amp;gt;', '<b>'],
    ['has the final form of sigma at the end of a word', 'ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['keeps the dot of a dotted capital I', 'İ', 'i\u0307'],
    ['has U+FFFD for half a surrogate pair', 'a\ud800b', 'a\ufffdb'],
  ])('%s', (_, text, expected) => {
    expect(cleanText(text)).toBe(expected)
  })
})

describe('the words of a text', () => {
  it.each([
    ["the fox's 3.14!?", ['the', 'fox', "'s", '3', '.', '1', '4', '!?']],
    ["'tis we'll", ["'t", 'is', 'we', "'ll"]],
    ["don'ts", ['don', "'t", 's']],
    ['a<|endoftext|>b', ['a', '<|endoftext|>', 'b']],
    ['!<|endoftext|>', ['!<|', 'endoftext', '|>']],
    ["'ſ <|ſtartoftext|>", ["'ſ", '<|ſtartoftext|>']],
    ['हि½२', ['ह', 'ि', '½', '२']],
    ['a\u0345b\u0345', ['a', 'b']],
    ['', []],
  ])('of %j are %j', (text, expected) => {
    expect(splitWords(text)).toEqual(expected)
  })
})
