/** The primitives that work element by element, with numpy broadcasting. */
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as R from 'fp-ts/lib/ReadonlyRecord.js'
import { last } from 'fp-ts/lib/Semigroup.js'

const elementwiseOps = [
  ...(['neg', 'abs', 'sign', 'floor', 'round', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'rsqrt'] as const),
  ...(['sin', 'cos', 'tanh', 'erf', 'sigmoid', 'relu', 'gelu', 'softplus', 'not'] as const),
  ...(['add', 'sub', 'mul', 'div', 'mod', 'pow', 'maximum', 'minimum'] as const),
  ...(['equal', 'less', 'lessEqual', 'and', 'or', 'where', 'cast', 'stopGradient'] as const),
] as const

type ElementwiseOp = (typeof elementwiseOps)[number]

/** The part of a table of primitives that has one rule for all of these. */
export const forElementwise = <Rule>(rule: Rule): Readonly<Record<ElementwiseOp, Rule>> =>
  R.fromFoldableMap(last<Rule>(), RA.Foldable)(elementwiseOps, (op): readonly [ElementwiseOp, Rule] => [
    op,
    rule,
  ])
