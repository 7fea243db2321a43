/** Attention, blocks and stacks of them, wrongly. */
import * as d from '../../../src/dsl/index.js'
import {
  multiHeadAttention,
  block,
  layerNormLayer,
  linearLayer,
  transformer,
} from '../../../src/model/index.js'
import type { TowerWidth, Tokens } from '../../../src/model/index.js'
import {
  attentionLaws,
  blockLaws,
  causalAttentionLaws,
  maskedAttentionLaws,
  transformerLaws,
} from '../../../src/laws/declarations/layers/transformer.js'
import { planted } from '../planted-fault.js'

/** Attention with every choice that may go wrong. */
const attend =
  <H extends d.Dim, E extends d.Dim>(
    { heads, headWidth }: TowerWidth<H, E>,
    choices: {
      readonly scaled?: boolean
      readonly overQueries?: boolean
      readonly maskAfterSoftmax?: boolean
      readonly keysAsValues?: boolean
      readonly projected?: boolean
    } = {},
  ) =>
  <B extends d.Dim, L extends d.Dim>(x: Tokens<B, L, H, E>, mask?: d.Tensor<[L, L]>): Tokens<B, L, H, E> => {
    const width = d.times(heads, headWidth)
    const packed = d.times(d.dim(3), width)
    const projected = d.linear(
      x,
      d.parameter('attn.in_proj_weight', [packed, width]),
      d.parameter('attn.in_proj_bias', [packed]),
    )
    const part = (index: number): d.Tensor<[B, H, L, E]> =>
      d.rearrange(d.slice(projected, 2, index * Number(width.dim), width), 'b l (h e) -> b h l e', {
        h: heads,
        e: headWidth,
      })
    const [queries, keys, values] = [part(0), part(1), part(2)]
    const scale = choices.scaled === false ? 1 : 1 / Math.sqrt(Number(headWidth.dim))
    const scores = d.einsum('b h q e, b h k e -> b h q k', d.mul(queries, scale), keys)
    const masked = mask === undefined || choices.maskAfterSoftmax === true ? scores : d.add(scores, mask)
    const soft = choices.overQueries === true ? d.softmax(masked, 2) : d.softmax(masked, -1)
    const weights =
      mask !== undefined && choices.maskAfterSoftmax === true ? d.mul(soft, d.exp(d.mul(mask, 1e-2))) : soft
    const read = choices.keysAsValues === true ? keys : values
    const mixed = d.rearrange(d.einsum('b h q k, b h k e -> b h q e', weights, read), 'b h l e -> b l (h e)')
    return choices.projected === false ? mixed : linearLayer('attn.out_proj', width, width)(mixed)
  }

export const attentionFaults = [
  planted(
    'scores not divided by √E',
    'formula',
    attentionLaws.of((x, heads, headWidth) => attend({ heads, headWidth }, { scaled: false })(x)),
  ),
  planted(
    'softmax over the queries',
    'formula',
    attentionLaws.of((x, heads, headWidth) => attend({ heads, headWidth }, { overQueries: true })(x)),
  ),
  planted(
    'keys in the place of values',
    'formula',
    attentionLaws.of((x, heads, headWidth) => attend({ heads, headWidth }, { keysAsValues: true })(x)),
  ),
  planted(
    'output projection forgotten',
    'parameter count',
    attentionLaws.of((x, heads, headWidth) => attend({ heads, headWidth }, { projected: false })(x)),
  ),
  planted(
    'one head of full width',
    'formula',
    attentionLaws.of((x, heads, headWidth) =>
      multiHeadAttention('attn', { heads: d.dim(1), headWidth: d.times(heads, headWidth) })(
        d.rename(x, 2, d.times(d.dim(1), d.times(heads, headWidth))),
      ),
    ),
  ),
  planted(
    'positions added',
    'order of positions',
    attentionLaws.of((x, heads, headWidth) =>
      multiHeadAttention('attn', { heads, headWidth })(
        d.add(x, d.cast(d.iota([d.axis(x, 1), d.axis(x, 2)], 0), 'f32')),
      ),
    ),
  ),
  planted(
    'mean over the batch added',
    'rows independent',
    attentionLaws.of((x, heads, headWidth) => {
      const y = multiHeadAttention('attn', { heads, headWidth })(x)
      return d.add(y, d.mean(y, 0))
    }),
  ),
  planted(
    'gradient stopped at the weights',
    'gradient',
    attentionLaws.of((x, heads, headWidth) =>
      multiHeadAttention('attn', { heads, headWidth })(d.stopGradient(x)),
    ),
  ),

  planted(
    'mask forgotten',
    'causal',
    causalAttentionLaws.of((x, heads, headWidth) => multiHeadAttention('attn', { heads, headWidth })(x)),
  ),
  planted(
    'mask off by one: sees the next position',
    'causal',
    causalAttentionLaws.of((x, heads, headWidth) => {
      const length = d.axis(x, 1)
      const future = d.less(d.add(d.iota([length, length], 0), 1), d.iota([length, length], 1))
      const mask = d.where(future, -Infinity, d.full([length, length], 0))
      return multiHeadAttention('attn', { heads, headWidth })(x, { mask })
    }),
  ),
  planted(
    'mask off by one: does not see itself',
    'finite',
    causalAttentionLaws.of((x, heads, headWidth) => {
      const length = d.axis(x, 1)
      const notEarlier = d.lessEqual(d.iota([length, length], 0), d.iota([length, length], 1))
      const mask = d.where(notEarlier, -Infinity, d.full([length, length], 0))
      return multiHeadAttention('attn', { heads, headWidth })(x, { mask })
    }),
  ),
  planted(
    'mask transposed: sees the future only',
    'causal',
    causalAttentionLaws.of((x, heads, headWidth) =>
      multiHeadAttention('attn', { heads, headWidth })(x, {
        mask: d.transposeLast(d.causalMask(d.axis(x, 1))),
      }),
    ),
  ),
  planted(
    'mask of 0 and 1 added to the scores',
    'causal',
    causalAttentionLaws.of((x, heads, headWidth) => {
      const length = d.axis(x, 1)
      const past = d.lessEqual(d.iota([length, length], 1), d.iota([length, length], 0))
      return multiHeadAttention('attn', { heads, headWidth })(x, { mask: d.cast(past, 'f32') })
    }),
  ),
  planted(
    'softmax over the queries',
    'causal',
    causalAttentionLaws.of((x, heads, headWidth) =>
      attend({ heads, headWidth }, { overQueries: true })(x, d.causalMask(d.axis(x, 1))),
    ),
  ),
  planted(
    'mask applied after softmax',
    'causal',
    causalAttentionLaws.of((x, heads, headWidth) =>
      attend({ heads, headWidth }, { maskAfterSoftmax: true })(x, d.causalMask(d.axis(x, 1))),
    ),
  ),
]

const maskedKeys = maskedAttentionLaws.of

export const maskedAttentionFaults = [
  planted(
    'masked keys at -1 instead of -∞',
    'mask is subset',
    maskedKeys((x, keys, heads, headWidth) => {
      const length = d.axis(x, 1)
      const mask = d.where(keys, d.full([length, length], 0), -1)
      return multiHeadAttention('attn', { heads, headWidth })(x, { mask })
    }),
  ),
  planted(
    'mask of 0 and 1 added to the scores',
    'mask is subset',
    maskedKeys((x, keys, heads, headWidth) => {
      const length = d.axis(x, 1)
      return multiHeadAttention('attn', { heads, headWidth })(x, {
        mask: d.add(d.full([length, length], 0), d.cast(keys, 'f32')),
      })
    }),
  ),
  planted(
    'mask of the queries instead of the keys',
    'mask is subset',
    maskedKeys((x, keys, heads, headWidth) => {
      const length = d.axis(x, 1)
      const mask = d.where(keys, d.full([length, length], 0), -1e4)
      return multiHeadAttention('attn', { heads, headWidth })(x, { mask: d.transposeLast(mask) })
    }),
  ),
  planted(
    'mask applied after softmax',
    'mask is subset',
    maskedKeys((x, keys, heads, headWidth) => {
      const length = d.axis(x, 1)
      const mask = d.where(keys, d.full([length, length], 0), -1e4)
      return attend({ heads, headWidth }, { maskAfterSoftmax: true })(x, mask)
    }),
  ),
]

/** A block with every choice that may go wrong. */
const brokenBlock =
  <H extends d.Dim, E extends d.Dim>(
    size: TowerWidth<H, E>,
    choices: {
      readonly attentionResidual?: boolean
      readonly mlpResidual?: boolean
      readonly normAfter?: boolean
      readonly secondNorm?: string
    },
  ) =>
  <B extends d.Dim, L extends d.Dim>(x: Tokens<B, L, H, E>): Tokens<B, L, H, E> => {
    const width = d.times(size.heads, size.headWidth)
    const hidden = d.times(d.dim(4), width)
    const first = layerNormLayer('block.ln_1', width)
    const second = layerNormLayer(choices.secondNorm ?? 'block.ln_2', width)
    const attendTo = multiHeadAttention('block.attn', size)
    const mlp = (tokens: Tokens<B, L, H, E>): Tokens<B, L, H, E> =>
      linearLayer(
        'block.mlp.c_proj',
        hidden,
        width,
      )(d.quickGelu(linearLayer('block.mlp.c_fc', width, hidden)(tokens)))
    if (choices.normAfter === true) {
      const attended = first(d.add(x, attendTo(x)))
      return second(d.add(attended, mlp(attended)))
    }
    const attention1 = attendTo(first(x))
    const attended = choices.attentionResidual === false ? attention1 : d.add(x, attention1)
    const inner = mlp(second(attended))
    return choices.mlpResidual === false ? inner : d.add(attended, inner)
  }

export const blockFaults = [
  planted(
    'no residual around attention',
    'known value',
    blockLaws.of((x, heads, headWidth) => brokenBlock({ heads, headWidth }, { attentionResidual: false })(x)),
  ),
  planted(
    'no residual around the MLP',
    'known value',
    blockLaws.of((x, heads, headWidth) => brokenBlock({ heads, headWidth }, { mlpResidual: false })(x)),
  ),
  planted(
    'norms after the residuals',
    'known value',
    blockLaws.of((x, heads, headWidth) => brokenBlock({ heads, headWidth }, { normAfter: true })(x)),
  ),
  planted(
    'one norm used twice',
    'parameter count',
    blockLaws.of((x, heads, headWidth) => brokenBlock({ heads, headWidth }, { secondNorm: 'block.ln_1' })(x)),
  ),
  planted(
    'all blocks share their weights',
    'parameter count',
    transformerLaws.of((x, heads, headWidth) => {
      const only = block('tower.resblocks.0', { heads, headWidth })
      return only(only(x, { causal: true }), { causal: true })
    }),
  ),
  planted(
    'mask in the first block only',
    'causal',
    transformerLaws.of((x, heads, headWidth) => {
      const [first, second] = [0, 1].map((i) => block(`tower.resblocks.${i}`, { heads, headWidth }))
      const once = first?.(x, { causal: true }) ?? x
      return second?.(once) ?? x
    }),
  ),
  planted(
    'output of the first block',
    'parameter count',
    transformerLaws.of(
      (x, heads, headWidth) => transformer('tower', 2, { heads, headWidth })(x, { causal: true })[0] ?? x,
    ),
  ),
]
