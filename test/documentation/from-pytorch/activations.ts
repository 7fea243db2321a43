/** Activations, normalisation, attention. */
import {
  add,
  batchNorm,
  batchNormOfBatch,
  causalMask,
  einsum,
  elu,
  gelu,
  groupNorm,
  hardtanh,
  input,
  instanceNorm,
  layerNorm,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mul,
  parameter,
  quickGelu,
  relu,
  rmsNorm,
  sigmoid,
  silu,
  softmax,
  softplus,
} from '../../../src/dsl/index.js'
import { tensor } from '../../../src/dsl/index.js'
import { scaledDotProductAttention } from '../../../src/model/index.js'
import type { Section } from './row.js'

const x = input('x', [2, 3, 4])
const weight = parameter('weight', [4])
const bias = parameter('bias', [4])
const images = input('images', [2, 4, 3, 3])
const mean = parameter('mean', [4])
const variance = parameter('variance', [4])
const q = input('q', [2, 3, 5, 4])
const k = input('k', [2, 3, 5, 4])
const v = input('v', [2, 3, 5, 4])
const isSeen = input('isSeen', [2, 5], 'bool')

export const activations: Section = {
  title: 'Activations, normalisation, attention',
  file: 'test/documentation/from-pytorch/activations.ts',
  rows: [
    { pytorch: 'F.relu(x)', jax: 'nn.relu(x)', ours: () => relu(x) },
    {
      pytorch: 'F.gelu(x)',
      jax: 'nn.gelu(x, approximate=False)',
      ours: () => gelu(x),
      note: "exact, as in PyTorch; JAX's default is the approximation by tanh",
    },
    {
      pytorch: "F.gelu(x, approximate='tanh')",
      jax: 'nn.gelu(x)',
      ours: () => gelu(x, { approximate: 'tanh' }),
    },
    {
      pytorch: 'x * torch.sigmoid(1.702 * x)',
      jax: 'x * nn.sigmoid(1.702 * x)',
      ours: () => quickGelu(x),
      note: "CLIP's",
    },
    { pytorch: 'torch.sigmoid(x)', jax: 'nn.sigmoid(x)', ours: () => sigmoid(x) },
    { pytorch: 'F.logsigmoid(x)', jax: 'nn.log_sigmoid(x)', ours: () => logSigmoid(x) },
    {
      pytorch: 'F.softplus(x)',
      jax: 'nn.softplus(x)',
      ours: () => softplus(x),
      note: 'exact everywhere; PyTorch returns x itself above 20',
    },
    { pytorch: 'F.silu(x)', jax: 'nn.silu(x)', ours: () => silu(x) },
    { pytorch: 'F.elu(x, alpha=0.5)', jax: 'nn.elu(x, 0.5)', ours: () => elu(x, { alpha: 0.5 }) },
    {
      pytorch: 'F.leaky_relu(x, 0.2)',
      jax: 'nn.leaky_relu(x, 0.2)',
      ours: () => leakyRelu(x, { slope: 0.2 }),
      note: '0.01 by default in all three',
    },
    { pytorch: 'F.hardtanh(x)', jax: 'nn.hard_tanh(x)', ours: () => hardtanh(x) },
    {
      pytorch: 'F.softmax(x, dim=-1)',
      jax: 'nn.softmax(x, axis=-1)',
      ours: () => softmax(x, -1),
      note: 'the axis is always given',
    },
    { pytorch: 'F.log_softmax(x, dim=1)', jax: 'nn.log_softmax(x, axis=1)', ours: () => logSoftmax(x, 1) },
    {
      pytorch: 'F.layer_norm(x, (4,), weight, bias)',
      jax: 'nn.standardize(x, axis=-1, epsilon=1e-5) * weight + bias',
      ours: () => layerNorm(x, weight, bias),
      note: 'over the last axis. The variance is biased; epsilon is 1e-5, as in PyTorch; 1e-6 in flax',
    },
    {
      pytorch: 'F.layer_norm(x, (4,), weight, bias, eps=1e-3)',
      jax: 'nn.standardize(x, axis=-1, epsilon=1e-3) * weight + bias',
      ours: () => layerNorm(x, weight, bias, { epsilon: 1e-3 }),
    },
    {
      pytorch: 'F.batch_norm(images, mean, variance, weight, bias)',
      ours: () => batchNorm(images, { weight, bias, mean, variance }),
      values: { variance: tensor.f32([0.5, 1, 2, 3]) },
      note: 'by running moments, as a model in evaluation',
    },
    {
      pytorch: 'F.rms_norm(x, (4,), weight, eps=1e-5)',
      jax: 'x / jnp.sqrt(jnp.mean(jnp.square(x), axis=-1, keepdims=True) + 1e-5) * weight',
      ours: () => rmsNorm(x, weight),
      note: 'epsilon 1e-5',
    },
    {
      pytorch: 'F.group_norm(images, 2, weight, bias)',
      ours: () => groupNorm(images, weight, bias, { groups: 2 }),
      note: '[batch, channels, ...]; epsilon 1e-5',
    },
    {
      pytorch: 'F.instance_norm(images, weight=weight, bias=bias)',
      ours: () => instanceNorm(images, weight, bias),
    },
    {
      pytorch: 'F.batch_norm(images, None, None, weight, bias, training=True)',
      ours: () => batchNormOfBatch(images, weight, bias).output,
      note: 'by the moments of the batch, which it also gives',
    },
    {
      pytorch: 'F.scaled_dot_product_attention(q, k, v)',
      jax: 'nn.dot_product_attention(*(t.swapaxes(1, 2) for t in (q, k, v))).swapaxes(1, 2)',
      ours: () => scaledDotProductAttention(q, k, v),
      note: '[batch, heads, length, width], as in PyTorch; JAX has the length before the heads',
    },
    {
      pytorch: 'F.scaled_dot_product_attention(q, k, v, attn_mask=isSeen[:, None, None, :])',
      ours: () => scaledDotProductAttention(q, k, v, { keyMask: isSeen }),
      values: {
        isSeen: tensor.bool([
          [true, true, false, true, true],
          [true, true, true, false, false],
        ]),
      },
      note: 'a query that no key is left for gets 0; `mask` is added to the scores',
    },
    {
      pytorch: 'F.scaled_dot_product_attention(q, k, v, is_causal=True)',
      ours: () => {
        const scores = mul(einsum('b h q d, b h k d -> b h q k', q, k), 1 / Math.sqrt(4))
        return einsum('b h q k, b h k d -> b h q d', softmax(add(scores, causalMask(5)), -1), v)
      },
      note: '`causalMask` is 0, and -Infinity above the diagonal: it is added to scores. `multiHeadAttention` takes `causal`',
    },
  ],
}
