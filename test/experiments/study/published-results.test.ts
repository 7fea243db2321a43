import { describe, expect, it } from 'vitest'
import { publishedOfficeHome } from '../../../src/experiments/study/published-results.js'

describe("the paper's Office-Home table", () => {
  it('has three methods on three backbones, twelve pairs each', () => {
    const { rows } = publishedOfficeHome
    expect(rows.map(({ method, backbone }) => `${method} ${backbone}`)).toHaveLength(9)
    expect(new Set(rows.map(({ method, backbone }) => `${method} ${backbone}`)).size).toBe(9)
    for (const { accuracies } of rows) expect(Object.keys(accuracies)).toHaveLength(12)
  })

  it.each(publishedOfficeHome.rows)('$method on $backbone averages to what is printed', (row) => {
    const values = Object.values(row.accuracies)
    const mean = values.reduce((total, value) => total + value, 0) / values.length
    expect(Math.abs(mean - row.average)).toBeLessThan(0.1)
  })

  it('has one accuracy of zero-shot CLIP for each target, whatever the source', () => {
    for (const { accuracies } of publishedOfficeHome.rows.filter(
      ({ method }) => method === 'CLIP zero-shot',
    )) {
      for (const target of ['art', 'clipart', 'product', 'real_world']) {
        const values = Object.entries(accuracies).flatMap(([pair, value]) =>
          pair.endsWith(`→${target}`) ? [value] : [],
        )
        expect(values).toHaveLength(3)
        expect(new Set(values).size).toBe(1)
      }
    }
  })
})
