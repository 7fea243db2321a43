/** What shape types cost the compiler stays within its budgets. Counts alone: they are the same on every machine. */
import { afterAll, describe, expect, it } from 'vitest'
import { callBudgets, definitionBudget } from '../../bench/type-cost/budgets.js'
import { startCompiler } from '../../bench/type-cost/compiler.js'
import { callCosts, costOfDefinition } from '../../bench/type-cost/type-cost.js'

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

it('the definition of AD-CLIP keeps within its budget of instantiations', () => {
  const { instantiations } = costOfDefinition(compiler)
  expect(instantiations).toBeGreaterThan(0)
  expect(instantiations).toBeLessThanOrEqual(definitionBudget.limit)
})
