/** What shape types cost the compiler stays within its budgets. Counts alone: they are the same on every machine. */
import { afterAll, expect, it } from 'vitest'
import { definitionBudget } from '../../bench/type-cost/budgets.js'
import { startCompiler } from '../../bench/type-cost/compiler.js'
import { costOfDefinition } from '../../bench/type-cost/type-cost.js'

const compiler = startCompiler()
afterAll(() => compiler.remove())

it('the definition of AD-CLIP keeps within its budget of instantiations', () => {
  const { instantiations } = costOfDefinition(compiler)
  expect(instantiations).toBeGreaterThan(0)
  expect(instantiations).toBeLessThanOrEqual(definitionBudget.limit)
})
