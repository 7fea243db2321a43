/** How surprising the target of a yes-or-no question is. */
import { add, mul, neg, softplus, sub } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'

/** -t ln p - (1 - t) ln(1 - p), p being sigmoid(logit) and t the target, element by element; exact on both sides. */
export const binarySurprise = <S>(logits: Tensor<S>, targets: Tensor<S>): Tensor<S> =>
  add(mul(targets, softplus(neg(logits))), mul(sub(1, targets), softplus(logits)))
