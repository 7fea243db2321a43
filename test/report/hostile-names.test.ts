import { describe, expect, it } from 'vitest'
import { element } from '../../src/report/markup.js'
import { hostileNames } from '../support/hostile-names.js'

describe.each(hostileNames)('the name %j in a report', (name) => {
  it('is text in an element and in an attribute: no tag, no end of an attribute, no character that a browser acts on', () => {
    const { markup } = element('p', { title: name }, name)
    expect(markup).toMatch(/^<p title="[^"<>]*">[^<>]*<\/p>$/)
    expect(markup).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
  })
})
