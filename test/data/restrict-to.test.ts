import { describe, expect, it } from 'vitest'
import { restrictTo } from '../../src/data/data-set.js'
import { expectRight } from '../expect-either.js'
import type { Content } from './reading.js'
import { files, readFrom } from './reading.js'

const folder = files('a/x/1.jpg', 'a/z/2.jpg', 'b/y/1.jpg', 'b/z/2.jpg', 'c/z/1.jpg')
const lists: Readonly<Record<string, Content>> = {
  'splits_mini/a_train.txt': 'a/zebra/1.jpg 3\na/ant/2.jpg 5\n',
  'splits_mini/a_test.txt': 'a/ant/2.jpg 5\n',
  'splits_mini/b_train.txt': 'b/cat/1.jpg 4\n',
  'splits_mini/b_test.txt': 'b/dog/1.jpg 0\n',
  ...files('a/zebra/1.jpg', 'a/ant/2.jpg', 'b/cat/1.jpg', 'b/dog/1.jpg'),
}

describe('a data set restricted to some domains', () => {
  it.each([
    { given: folder, domains: ['a', 'b'] },
    { given: folder, domains: ['c', 'a'] },
    { given: folder, domains: ['c'] },
    { given: lists, domains: ['b', 'a'] },
    { given: lists, domains: ['b'] },
    { given: lists, domains: ['a'] },
  ])('is what reading these alone gives: $domains', async ({ given, domains }) => {
    const whole = expectRight((await readFrom(given)).outcome)
    expect(restrictTo(whole, domains)).toEqual(expectRight((await readFrom(given, { domains })).outcome))
  })
})
