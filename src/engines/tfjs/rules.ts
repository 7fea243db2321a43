/** The table of rules: how TensorFlow.js computes each primitive. */
import type { Op } from '../../dsl/primitives/primitive.js'
import { convolutionRules } from './convolution.js'
import { cumulativeRules } from './cumulative.js'
import { elementwiseRules } from './elementwise.js'
import { indexingRules } from './indexing.js'
import { layoutRules } from './layout.js'
import { leafRules } from './leaves.js'
import { matmulRules } from './matmul.js'
import { reductionRules } from './reduction.js'
import type { Rules } from './rule.js'

/**
 * Primitives that the oracle evaluates: TensorFlow.js has neither 32-bit shifts nor exclusive or, which random bits
 * need, and its remainder is rounded.
 */
export type HostOp = 'mod' | 'randomBits' | 'randomUniform' | 'randomNormal'

/** `scan` has no rule: the interpreter runs the steps of a loop (`interpret.ts`). */
export const rules: Rules<Exclude<Op, HostOp | 'scan'>> = {
  ...leafRules,
  ...elementwiseRules,
  ...matmulRules,
  ...layoutRules,
  ...indexingRules,
  ...cumulativeRules,
  ...reductionRules,
  ...convolutionRules,
}
