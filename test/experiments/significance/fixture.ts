/** p-values of paired differences by scipy, and their correction by Holm. */
import * as t from 'io-ts'
import { numpyFixture } from '../../support/numpy-fixture.js'

const tests = t.array(t.type({ differences: t.array(t.number), p: t.number }))

const codec = t.type({
  /** All choices of signs were tried. */
  exact: tests,
  /** 400,000 choices of signs were drawn. */
  many: tests,
  holm: t.type({ p: t.array(t.number), adjusted: t.array(t.number) }),
})

export const significanceFixture = numpyFixture(
  'significance-fixture.py',
  codec,
  ...['test', 'experiments', 'significance', 'fixture.json'],
)
