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
    ['curly quotes are straight', '“It’s”', '"it\'s"'],
    ['ligatures are letters, widths are plain', 'ﬁne ＷＩＤＥ ｶﾞ', 'fine wide ガ'],
    ['letters and accents are composed', 'e\u0301', 'é'],
    ['mojibake is repaired', 'schÃ¶n â€“ РџСЂРёРІРµС‚', 'schön – привет'],
    ['what only looks like mojibake is left', 'CAFÉ™ FIANCÉ… Ні', 'café™ fiancé… ні'],
    ['control characters and terminal colours are gone', 'a\x00b\x1b[31mc\ufeff', 'abc'],
    ['any whitespace is one space, none at the ends', '\u3000a\u00a0\u2028\u2003\tb\r\n', 'a b'],
    [
      'control characters of Latin-1 are what Windows-1252 has there',
      'wait\x85 \x93it\x92s\x94',
      'wait… "it\'s"',
    ],
    ['zero width is no whitespace', 'a\u200bb', 'a\u200bb'],
    ['references are replaced twice', '&amp;lt;b&amp;gt;', '<b>'],
    ['sigma at the end of a word has its own form', 'ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['dotted capital I keeps its dot', 'İ', 'i\u0307'],
    ['half a surrogate pair is U+FFFD', 'a\ud800b', 'a\ufffdb'],
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
  ])('%j: %j', (text, expected) => {
    expect(splitWords(text)).toEqual(expected)
  })
})
