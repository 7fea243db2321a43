/** The token-by-token parts of a residual attention block, for the whole block and for sequences that share a prefix. */
import { add, dim, times } from '../dsl/index.js'
import type { DimHandle } from '../dsl/index.js'
import type { Tokens, TowerWidth } from './attention/multi-head-attention.js'
import type { BlockForm } from './block-form.js'
import { activate, openAiBlocks } from './block-form.js'
import type { Layer } from './layers.js'
import { linearLayer } from './layers.js'
import { layerNormLayer } from './normalization.js'

/** The norm before attention. */
export const attentionNorm = <H, E>(
  name: string,
  { heads, headWidth }: TowerWidth<H, E>,
  { epsilon }: BlockForm = openAiBlocks,
) => layerNormLayer(`${name}.ln_1`, times(heads, headWidth), { epsilon })

/** Two affine layers with an activation between them, token by token. */
const perceptron =
  <Width, Hidden>(
    name: string,
    width: DimHandle<Width>,
    hidden: DimHandle<Hidden>,
    { activation }: BlockForm,
  ): Layer<Width, Width> =>
  (x) => {
    const inner = activate(activation, linearLayer(`${name}.c_fc`, width, hidden)(x))
    return linearLayer(`${name}.c_proj`, hidden, width)(inner)
  }

/** x + mlp(norm(x)) with a hidden layer four times as wide: the second half of a block, token by token. */
export const feedForward = <H, E>(
  name: string,
  { heads, headWidth }: TowerWidth<H, E>,
  form: BlockForm = openAiBlocks,
) => {
  const width = times(heads, headWidth)
  const normalise = layerNormLayer(`${name}.ln_2`, width, { epsilon: form.epsilon })
  const mlp = perceptron(`${name}.mlp`, width, times(dim(4), width), form)
  return <B, L>(x: Tokens<B, L, H, E>): Tokens<B, L, H, E> => add(x, mlp(normalise(x)))
}
