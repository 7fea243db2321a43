/** The laws notice what they are there to notice: every planted fault is caught by the law that must catch it. */
import { describe, expect, it } from 'vitest'
import { layerLaws, lossLaws } from '../src/laws/index.js'
import { allFaults } from './mutations/all-faults.js'
import { tryToCatch } from './mutations/mutation-table.js'

describe('planted faults', () => {
  it('exist for every loss and layer but the smooth functions', () => {
    expect(allFaults.length).toBeGreaterThanOrEqual(60)
    const planted = new Set(allFaults.map(({ declaration }) => declaration.name))
    expect([...lossLaws, ...layerLaws].map(({ name }) => name).filter((name) => !planted.has(name))).toEqual(
      [],
    )
  })

  it.each(
    allFaults.map((planted) => [planted.declaration.name, planted.fault, planted.caughtBy, planted] as const),
  )('%s, %s: caught by %s', (_name, _fault, _law, planted) => {
    const { violation } = tryToCatch(planted, 300, 1)
    expect(violation?.law.family).toBe(planted.caughtBy)
    expect(violation?.finding.tag).toBe('Differs')
  })
})
