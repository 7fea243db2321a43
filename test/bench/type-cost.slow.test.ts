/** What shape types cost the compiler stays within the budget of each call. Counts alone: they are the same on every machine. */
import { afterAll, describe, expect, it } from 'vitest'
import { callBudgets } from '../../bench/type-cost/budgets.js'
import { startCompiler } from '../../bench/type-cost/compiler.js'
import { callCosts } from '../../bench/type-cost/type-cost.js'

const compiler = startCompiler()
afterAll(() => compiler.remove())

const costOf = callCosts(compiler)

describe('a further call costs the compiler no more instantiations than its budget', () => {
  it.each(callBudgets)('$name: $limit', ({ call, limit }) => {
    const cost = costOf(call)
    expect(cost).toBeGreaterThan(0)
    expect(cost).toBeLessThanOrEqual(limit)
  })
})
