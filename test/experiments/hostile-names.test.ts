import { describe, expect, it } from 'vitest'
import { fillTemplate, spokenName } from '../../src/experiments/adaptation/class-prompts.js'
import { caption } from '../../src/experiments/pretraining/captions.js'
import { hostileNames } from '../support/hostile-names.js'

describe.each(hostileNames)('the name %j', (name) => {
  it('is in a prompt and in a caption as it is spoken', () => {
    expect(fillTemplate('a photo of a {}.', name)).toBe(`a photo of a ${spokenName(name)}.`)
    expect(caption('a {domain} of a {}.', name, name)).toBe(`a ${spokenName(name)} of a ${spokenName(name)}.`)
  })

  it('makes no place for another name', () => {
    expect(caption('{domain} {}', 'cat', name)).toBe(`${spokenName(name)} cat`)
    expect(caption('{domain} {}', name, 'art')).toBe(`art ${spokenName(name)}`)
  })
})
