/** `npm run bench:types`: what shape types cost the compiler, with their limits. Fails where a limit is exceeded. */
import { callBudgets, definitionBudget } from './budgets.js'
import { startCompiler } from './compiler.js'
import { callCosts, costOfDefinition } from './type-cost.js'

const compiler = startCompiler()
const costOf = callCosts(compiler)
const calls = callBudgets.map(({ name, call, limit }) => ({ name, cost: costOf(call), limit }))
// The count is the same in every run; the time is the best of three, since others may use the machine.
const runs = [1, 2, 3].map(() => costOfDefinition(compiler))
compiler.remove()

const seconds = Math.min(...runs.map((run) => run.seconds))
const { name: definition, limit: mostInstantiations, seconds: mostSeconds } = definitionBudget
const rows = [
  ...calls,
  { name: definition, cost: runs[0]?.instantiations ?? Number.NaN, limit: mostInstantiations },
]
for (const { name, cost, limit } of rows) {
  console.log(
    `${name.padEnd(42)} ${String(cost).padStart(7)} of ${String(limit).padStart(6)} ${cost <= limit ? 'ok' : 'TOO DEAR'}`,
  )
}
console.log(`check time of AD-CLIP ${seconds} s, of ${mostSeconds} s`)
if (rows.some(({ cost, limit }) => !(cost <= limit)) || !(seconds <= mostSeconds)) process.exitCode = 1
