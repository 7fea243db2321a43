/**
 * The compiler and the run-time rules judge the same random calls: both accept one, and give it the same shape and
 * element type, or both reject it. Other calls, or more of them, locally:
 *
 *     FUZZ_SEED=7 FUZZ_CALLS=10000 npx vitest run test/types/fuzz --testTimeout 600000
 *
 * Left out, because the compiler takes a user's word by design: the size that a name stands for (`sized`, `rename`, `withDim`),
 * the stated height and width of `conv2dTo`, the count of a list made at run time (`stack`), the number of values of a
 * `constant`. Sizes stay below 2^53, beyond which a number has no exact literal.
 */
import { describe, expect, it } from 'vitest'
import { drawCalls } from './drawn-calls.js'
import { compiled, disagreement, executed } from './verdicts.js'

const seed = Number(process.env['FUZZ_SEED'] ?? 2026)
const count = Number(process.env['FUZZ_CALLS'] ?? 2400)

const calls = drawCalls(count, seed)
const texts = calls.map(({ text }) => text)
const [fromCompiler, fromRules] = [compiled(texts), executed(texts)]
const judged = calls.map((call, i) => ({ ...call, compiler: fromCompiler[i], rules: fromRules[i] }))

const takesAnyTensor = 'cast'

describe('the compiler and the run-time rules', () => {
  it('judge at least 2,000 calls', () => {
    expect(calls.length).toBeGreaterThanOrEqual(2000)
    expect([fromCompiler.length, fromRules.length]).toEqual([calls.length, calls.length])
  })

  it('agree on every one', () => {
    expect(judged.flatMap(({ text, compiler, rules }) => disagreement(text, compiler, rules) ?? [])).toEqual(
      [],
    )
  })

  it.each([...new Set(calls.map(({ operation }) => operation))])(
    'accept some calls of %s, reject others',
    (of) => {
      const tags = new Set(judged.flatMap(({ operation, rules }) => (operation === of ? [rules?.tag] : [])))
      expect(tags).toContain('accepted')
      if (of !== takesAnyTensor) expect(tags).toContain('rejected')
    },
  )
})
