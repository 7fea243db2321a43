import { describe, expect, it } from 'vitest'
import {
  placeholderPrompts,
  fillTemplate,
  spokenName,
  templatePrompts,
  tokenRows,
} from '../../../src/experiments/adaptation/class-prompts.js'
import { explain } from '../../../src/effects/explain.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { clipTokenizer } from '../../support/clip-tokenizer.js'

const tokenizer = await clipTokenizer()
const [start, end] = [49406, 49407]

describe('class names', () => {
  it('are said as words', () => {
    expect(['Alarm_Clock', ' dog ', 'a__b  c'].map(spokenName)).toEqual(['Alarm Clock', 'dog', 'a b c'])
    expect(fillTemplate('a {} and a {}', 'Alarm_Clock')).toBe('a Alarm Clock and a Alarm Clock')
  })
})

describe('token rows', () => {
  it('hold start, text and end, padded to the longest', () => {
    const { rows, lengths } = expectRight(tokenRows(tokenizer, ['dog', 'a photo of a dog.'], 77))
    expect(rows.shape).toEqual([2, 8])
    expect(lengths).toEqual([3, 8])
    expect([...rows.data]).toEqual([
      ...[start, 1929, end, 0, 0, 0, 0, 0],
      ...[start, 320, 1125, 539, 320, 1929, 269, end],
    ])
  })

  it('of a text that does not fit are refused, with the text', () => {
    const text = 'very '.repeat(80)
    const words = explain(expectLeft(tokenRows(tokenizer, ['dog', text], 77)))
    expect(words).toContain(text)
    expect(words).toContain('82 tokens')
  })
})

describe('prompts', () => {
  it('of AD-CLIP leave room for each context token between start and name', () => {
    const { rows, lengths } = expectRight(placeholderPrompts(tokenizer, ['dog', 'guitar'], 6, 77))
    expect(rows.shape).toEqual([2, 10])
    expect(lengths).toEqual([10, 10])
    const x = 343
    expect([...rows.data.slice(0, 10)]).toEqual([start, x, x, x, x, x, x, 1929, 269, end])
  })

  it('of a template need a place for the name', () => {
    expect(expectRight(templatePrompts(tokenizer, ['dog'], 'a photo of a {}.', 77)).lengths).toEqual([8])
    expect(expectLeft(templatePrompts(tokenizer, ['dog'], 'a photo', 77))).toMatchObject({
      tag: 'InvalidSetting',
      field: 'templates',
    })
  })
})
