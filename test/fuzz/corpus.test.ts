/** A few hundred cases of each reader, and the inputs in which fuzzing found faults: `npm run fuzz` tries 100,000. */
import { describe, expect, it } from 'vitest'
import { findingOf } from '../../scripts/fuzz/finding.js'
import { seedOfCase } from '../../scripts/fuzz/random.js'
import { readers } from '../../scripts/fuzz/readers.js'
import { loadClipVocabulary } from '../../src/formats/clip-vocabulary.js'
import { tokenizer } from '../../src/model/index.js'
import { expectLeft, expectRight } from '../expect-either.js'

const casesOfEach = 200

describe.each(Object.entries(readers))('the reader of %s', (_, prepare) => {
  it('gives a result or a failure in words for inputs that are nearly good', async () => {
    const run = await prepare()
    const kinds = new Set<string>()
    for (let index = 0; index < casesOfEach; index += 1) {
      const { kind, finding } = await findingOf(run, seedOfCase(1, index))
      expect(finding, `case ${index}`).toBeUndefined()
      kinds.add(kind)
    }
    expect(kinds.size).toBeGreaterThan(1)
  })
})

describe('an input in which fuzzing found a fault', () => {
  it('is refused: a context of more tokens than memory holds', async () => {
    const { tokenize } = tokenizer(expectRight(await loadClipVocabulary()))
    for (const length of [1e300, 2 ** 53, 1e9])
      expect(expectLeft(tokenize('a dog', length)).tag).toBe('InvalidContextLength')
  })
})
