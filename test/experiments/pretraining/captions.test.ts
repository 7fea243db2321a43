import { describe, expect, it } from 'vitest'
import {
  caption,
  captionTemplates,
  classCaptions,
  domainCaptions,
} from '../../../src/experiments/pretraining/captions.js'

describe('captions', () => {
  it('name the class and the domain as words', () => {
    expect(caption('a {domain} of a {}.', 'Alarm_Clock', 'art_painting')).toBe(
      'a art painting of a Alarm Clock.',
    )
  })

  it('of domains are ordered by domain: image (d, k) belongs to caption d·K + k', () => {
    expect(domainCaptions('{domain} {}', ['photo', 'sketch'], ['dog', 'tree', 'house'])).toEqual([
      ...['photo dog', 'photo tree', 'photo house'],
      ...['sketch dog', 'sketch tree', 'sketch house'],
    ])
    expect(classCaptions('a {}', ['dog', 'tree'])).toEqual(['a dog', 'a tree'])
  })

  it('have templates with and without a place for the domain', () => {
    for (const template of captionTemplates.withDomain) expect(template).toMatch(/(?=.*\{\})(?=.*\{domain\})/)
    for (const template of captionTemplates.withoutDomain) {
      expect(template).toContain('{}')
      expect(template).not.toContain('{domain}')
    }
  })
})
