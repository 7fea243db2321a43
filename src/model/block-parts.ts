/** The token-by-token parts of a residual attention block, for the whole block and for sequences that share a prefix. */
import { add, dim, quickGelu, times } from '../dsl/index.js'
import type { DimHandle } from '../dsl/index.js'
import type { Tokens, TowerWidth } from './attention/multi-head-attention.js'
import type { Layer } from './layers.js'
import { linearLayer } from './layers.js'
import { layerNormLayer } from './normalization.js'

/** The norm before attention. */
export const attentionNorm = <H, E>(name: string, { heads, headWidth }: TowerWidth<H, E>) =>
  layerNormLayer(`${name}.ln_1`, times(heads, headWidth))

/** Two affine layers with QuickGELU between them, token by token. */
const perceptron =
  <Width, Hidden>(name: string, width: DimHandle<Width>, hidden: DimHandle<Hidden>): Layer<Width, Width> =>
  (x) => {
    const inner = quickGelu(linearLayer(`${name}.c_fc`, width, hidden)(x))
    return linearLayer(`${name}.c_proj`, hidden, width)(inner)
  }

/** x + mlp(norm(x)) with a hidden layer four times as wide: the second half of a block, token by token. */
export const feedForward = <H, E>(name: string, { heads, headWidth }: TowerWidth<H, E>) => {
  const width = times(heads, headWidth)
  const normalise = layerNormLayer(`${name}.ln_2`, width)
  const mlp = perceptron(`${name}.mlp`, width, times(dim(4), width))
  return <B, L>(x: Tokens<B, L, H, E>): Tokens<B, L, H, E> => add(x, mlp(normalise(x)))
}
