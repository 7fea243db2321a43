/** Attention under masks and to another sequence, wrongly. */
import * as d from '../../../src/dsl/index.js'
import {
  crossAttentionLaws,
  paddedAttentionLaws,
  scaledDotProductAttentionLaws,
} from '../../../src/laws/declarations/layers/attention.js'
import {
  multiHeadAttention,
  multiHeadCrossAttention,
  scaledDotProductAttention,
} from '../../../src/model/index.js'
import { planted } from '../planted-fault.js'

const keyMaskOf = (
  seen: d.Tensor<['K'], 'bool'>,
  memory: d.Tensor<['B', 'K', 'H*E']>,
): d.Tensor<['B', 'K'], 'bool'> => d.broadcastTo(seen, [d.axis(memory, 0), d.axis(memory, 1)])

export const maskFaults = [
  planted(
    'padding attended to',
    'formula',
    paddedAttentionLaws.of((x, _seen, heads, headWidth) =>
      multiHeadAttention('attn', { heads, headWidth })(x, { causal: true }),
    ),
  ),
  planted(
    'true at padding instead of at tokens',
    'formula',
    paddedAttentionLaws.of((x, seen, heads, headWidth) =>
      multiHeadAttention('attn', { heads, headWidth })(x, { causal: true, keyMask: d.not(seen) }),
    ),
  ),
  planted(
    'not causal',
    'causal',
    paddedAttentionLaws.of((x, seen, heads, headWidth) =>
      multiHeadAttention('attn', { heads, headWidth })(x, { keyMask: seen }),
    ),
  ),
  planted(
    'padding as an additive mask, so that a query may have no key left',
    'finite',
    paddedAttentionLaws.of((x, seen, heads, headWidth) => {
      const [batch, length] = [d.axis(x, 0), d.axis(x, 1)]
      const keys = d.rearrange(seen, 'b k -> b 1 1 k')
      const causal = d.broadcastTo(d.causalMask(length), [batch, 1, length, length])
      const mask = d.where(keys, causal, -Infinity)
      return multiHeadAttention('attn', { heads, headWidth })(x, { mask })
    }),
  ),
  planted(
    'a query without keys attends to all of them',
    'formula',
    paddedAttentionLaws.of((x, seen, heads, headWidth) => {
      const [batch, length] = [d.axis(x, 0), d.axis(x, 1)]
      const keys = d.rearrange(seen, 'b k -> b 1 1 k')
      const causal = d.maximum(d.broadcastTo(d.causalMask(length), [batch, 1, length, length]), -1e9)
      const mask = d.where(keys, causal, -1e9)
      return multiHeadAttention('attn', { heads, headWidth })(x, { mask })
    }),
  ),

  planted(
    'keys and values of x instead of the memory',
    'formula',
    crossAttentionLaws.of((x, memory, seen, heads, headWidth) =>
      d.add(
        multiHeadAttention('attn', { heads, headWidth })(x),
        d.mul(
          d.mean(
            multiHeadCrossAttention('attn', { heads, headWidth })(x, memory, {
              keyMask: keyMaskOf(seen, memory),
            }),
          ),
          0,
        ),
      ),
    ),
  ),
  planted(
    'mask forgotten',
    'mask is subset',
    crossAttentionLaws.of((x, memory, _seen, heads, headWidth) =>
      multiHeadCrossAttention('attn', { heads, headWidth })(x, memory),
    ),
  ),
  planted(
    'memory of another example',
    'rows independent',
    crossAttentionLaws.of((x, memory, seen, heads, headWidth) =>
      multiHeadCrossAttention('attn', { heads, headWidth })(x, d.flip(memory, 0), {
        keyMask: keyMaskOf(seen, memory),
      }),
    ),
  ),
  planted(
    'positions of the memory',
    'order of the batch',
    crossAttentionLaws.of((x, memory, seen, heads, headWidth) => {
      const places = d.cast(d.iota([d.axis(memory, 1), d.axis(memory, 2)], 0), 'f32')
      return multiHeadCrossAttention('attn', { heads, headWidth })(x, d.add(memory, places), {
        keyMask: keyMaskOf(seen, memory),
      })
    }),
  ),
  planted(
    'weights of its own for the memory',
    'parameter count',
    crossAttentionLaws.of((x, memory, seen, heads, headWidth) => {
      const keyMask = keyMaskOf(seen, memory)
      const own = multiHeadCrossAttention('attn', { heads, headWidth })(x, memory, { keyMask })
      const other = multiHeadCrossAttention('memory', { heads, headWidth })(x, memory, { keyMask })
      return d.add(own, d.mul(other, 0))
    }),
  ),

  planted(
    'not scaled',
    'formula',
    scaledDotProductAttentionLaws.of((queries, keys, values, mask) => {
      const scores = d.einsum('b h q e, b h k e -> b h q k', queries, keys)
      return d.einsum('b h q k, b h k v -> b h q v', d.softmax(d.add(scores, mask), -1), values)
    }),
  ),
  planted(
    'mask forgotten',
    'formula',
    scaledDotProductAttentionLaws.of((queries, keys, values) =>
      scaledDotProductAttention(queries, keys, values),
    ),
  ),
  planted(
    'scaled after the mask is added',
    'formula',
    scaledDotProductAttentionLaws.of((queries, keys, values, mask) => {
      const scores = d.einsum('b h q e, b h k e -> b h q k', queries, keys)
      const scaled = d.div(d.add(scores, mask), d.sqrt(d.count(queries, 3)))
      return d.einsum('b h q k, b h k v -> b h q v', d.softmax(scaled, -1), values)
    }),
  ),
  planted(
    'softmax over the queries',
    'rows independent',
    scaledDotProductAttentionLaws.of((queries, keys, values, mask) => {
      const scores = d.einsum('b h q e, b h k e -> b h q k', queries, keys)
      const scaled = d.div(scores, d.sqrt(d.count(queries, 3)))
      return d.einsum('b h q k, b h k v -> b h q v', d.softmax(d.add(scaled, mask), 2), values)
    }),
  ),
  planted(
    'heads mixed',
    'rows independent',
    scaledDotProductAttentionLaws.of((queries, keys, values, mask) => {
      const mixed = scaledDotProductAttention(queries, keys, values, { mask })
      return d.sub(mixed, d.mean(mixed, 1, { keepDims: true }))
    }),
  ),
  planted(
    'values normalised',
    'affine',
    scaledDotProductAttentionLaws.of((queries, keys, values, mask) =>
      scaledDotProductAttention(queries, keys, d.tanh(values), { mask }),
    ),
  ),
]
