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
import * as dsl from '../../../src/dsl/index.js'
import { drawCalls, functionsDrawn } from './drawn-calls.js'
import { compiled, disagreement, executed } from './verdicts.js'

const seed = Number(process.env['FUZZ_SEED'] ?? 2026)
const count = Number(process.env['FUZZ_CALLS'] ?? 2400)

const calls = drawCalls(count, seed)
const texts = calls.map(({ text }) => text)
const [fromCompiler, fromRules] = [compiled(texts), executed(texts)]
const judged = calls.map((call, i) => ({ ...call, compiler: fromCompiler[i], rules: fromRules[i] }))

const takesAnyTensor = 'cast'

/** Functions whose result is no tensor, and those that the comment above leaves out. */
const notDrawn: readonly string[] = [
  ...['avgPool2dTo', 'constant', 'conv2dTo', 'expectShape', 'scalar', 'sized', 'withDim', 'withSignature'],
  // Rows of unequal lengths: the number of rows is known at run time.
  ...['joinNamedRows', 'joinRows', 'packRagged', 'padRagged', 'pickNamedRows', 'pickRows', 'ragged'],
  ...['rowStarts', 'uniformRagged'],
  // Programs, and what is asked of them.
  ...[
    'addOperations',
    'bindSizes',
    'canonicalJson',
    'checkSizes',
    'countOperations',
    'countOperationsByPrimitive',
  ],
  ...[
    'countOperationsByScope',
    'evaluate',
    'evaluateDim',
    'explainFault',
    'floatingPointOperations',
    'fromJson',
  ],
  ...['givenTo', 'gradientNodes', 'liveMemory', 'mapParameters', 'program', 'programOfNodes', 'replacement'],
  ...['showShape', 'substitute', 'substituteInProgram', 'toDot', 'toJson', 'toText'],
  // Functions of nodes, without types of shapes.
  ...['binary', 'labelTensor', 'nodeOf', 'reduced', 'reorder'],
  // Their results have the shapes of what they are given.
  ...['gradient', 'gradients', 'scope', 'vjp', 'zerosLike'],
]

describe('the compiler and the run-time rules', () => {
  it('judge at least 2,000 calls', () => {
    expect(calls.length).toBeGreaterThanOrEqual(2000)
    expect([fromCompiler.length, fromRules.length]).toEqual([calls.length, calls.length])
  })

  it('judge calls of every function of the DSL but those that are left out', () => {
    const names = Object.entries(dsl).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))
    const drawn = functionsDrawn(seed)
    expect(names.filter((name) => !drawn.has(name)).toSorted()).toEqual([...notDrawn].toSorted())
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
