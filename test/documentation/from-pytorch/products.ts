/** Products of matrices, convolution, pooling, resizing. */
import {
  add,
  avgPool2d,
  conv1d,
  conv2d,
  convTranspose2d,
  einsum,
  einsumOne,
  expandDims,
  input,
  linear,
  matmul,
  maxPool2d,
  mean,
  parameter,
  reshape,
  resize2d,
  sum,
  transposeLast,
  mul,
} from '../../../src/dsl/index.js'
import type { Section } from './row.js'

const a = input('a', [2, 3, 4])
const b = input('b', [2, 4, 5])
const v = input('v', [4])
const weight = parameter('weight', [6, 4])
const bias = parameter('bias', [6])
const q = input('q', [2, 3, 4, 5])
const k = input('k', [2, 3, 6, 5])
const m = input('m', [2, 3, 3])
const images = input('images', [2, 4, 6, 6])
const kernels = parameter('kernels', [8, 4, 3, 3])
const grouped = parameter('grouped', [8, 2, 3, 3])
const depthwise = parameter('depthwise', [4, 1, 3, 3])
const up = parameter('up', [4, 3, 2, 2])
const channelBias = parameter('channelBias', [8])
const signal = input('signal', [2, 4, 9])
const filters = parameter('filters', [3, 4, 3])

export const products: Section = {
  title: 'Products, convolution, pooling, resizing',
  introduction:
    'Images are [batch, channels, height, width], as in PyTorch. Convolutions have no bias: add one.',
  file: 'test/documentation/from-pytorch/products.ts',
  rows: [
    { pytorch: 'a @ b', jax: 'a @ b', ours: () => matmul(a, b) },
    {
      pytorch: 'a @ v',
      jax: 'a @ v',
      ours: () => sum(mul(a, v), -1),
      note: '`matmul` is of matrices: both have two axes or more',
    },
    { pytorch: 'a @ a.mT', jax: 'a @ a.mT', ours: () => matmul(a, transposeLast(a)) },
    {
      pytorch: 'F.linear(a, weight, bias)',
      jax: 'a @ weight.T + bias',
      ours: () => linear(a, weight, bias),
      note: 'the weight is [outputs, inputs], as in PyTorch; flax has [inputs, outputs]',
    },
    {
      pytorch: "torch.einsum('bhqd,bhkd->bhqk', q, k)",
      jax: "jnp.einsum('bhqd,bhkd->bhqk', q, k)",
      ours: () => einsum('b h q d, b h k d -> b h q k', q, k),
      note: 'names of axes are words, separated by spaces; sizes are checked by the compiler',
    },
    {
      pytorch: "torch.einsum('...qd,...kd,...ke->...qe', q, k, k)",
      jax: "jnp.einsum('...qd,...kd,...ke->...qe', q, k, k)",
      ours: () => einsum('... q d, ... k d, ... k e -> ... q e', q, k, k),
    },
    {
      pytorch: "torch.einsum('bii->b', m)",
      jax: "jnp.einsum('bii->b', m)",
      ours: () => einsumOne('b i i -> b', m),
    },
    { pytorch: 'torch.outer(v, v)', jax: 'jnp.outer(v, v)', ours: () => mul(expandDims(v, 1), v) },
    {
      pytorch: 'F.conv2d(images, kernels, padding=1)',
      jax: "lax.conv(images, kernels, (1, 1), 'SAME')",
      ours: () => conv2d(images, kernels, { padding: 1 }),
      note: 'a cross-correlation in all three',
    },
    {
      pytorch: 'F.conv2d(images, kernels, channelBias, stride=2, padding=1)',
      ours: () => add(conv2d(images, kernels, { stride: 2, padding: 1 }), reshape(channelBias, [8, 1, 1])),
    },
    {
      pytorch: 'F.conv2d(images, grouped, stride=(2, 1), dilation=(1, 2), groups=2)',
      jax: 'lax.conv_general_dilated(images, grouped, (2, 1), [(0, 0), (0, 0)], rhs_dilation=(1, 2), feature_group_count=2)',
      ours: () => conv2d(images, grouped, { stride: [2, 1], dilation: [1, 2], groups: 2 }),
    },
    {
      pytorch: "F.conv2d(images, depthwise, padding='same', groups=4)",
      jax: "lax.conv_general_dilated(images, depthwise, (1, 1), 'SAME', feature_group_count=4)",
      ours: () => conv2d(images, depthwise, { padding: 'same', groups: 4 }),
    },
    {
      pytorch: 'F.conv_transpose2d(images, up, stride=2)',
      ours: () => convTranspose2d(images, up, { stride: 2 }),
      note: 'kernels are [inputs, outputs / groups, height, width], as in PyTorch',
    },
    {
      pytorch: 'F.conv1d(signal, filters, padding=1)',
      jax: "lax.conv_general_dilated(signal, filters, (1,), 'SAME')",
      ours: () => conv1d(signal, filters, { padding: 1 }),
    },
    {
      pytorch: 'F.max_pool2d(images, 2)',
      jax: "lax.reduce_window(images, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), 'VALID')",
      ours: () => maxPool2d(images, 2),
      note: 'the stride is the window, if none is given',
    },
    {
      pytorch: 'F.avg_pool2d(images, 3, stride=2, padding=1)',
      ours: () => avgPool2d(images, 3, { stride: 2, padding: 1 }),
      note: 'zeros of the padding count in the mean, as in PyTorch',
    },
    {
      pytorch: 'F.adaptive_avg_pool2d(images, 1).flatten(1)',
      jax: 'jnp.mean(images, axis=(2, 3))',
      ours: () => mean(images, [2, 3]),
    },
    {
      pytorch: "F.interpolate(images, (12, 9), mode='bilinear')",
      ours: () => resize2d(images, [12, 9], { method: 'bilinear' }),
      note: '`align_corners=False`, no smoothing when images shrink; `jax.image.resize` smooths unless `antialias=False`',
    },
    {
      pytorch: "F.interpolate(images, (4, 12), mode='nearest')",
      ours: () => resize2d(images, [4, 12]),
      note: "pixel floor(i · from / to), as PyTorch's 'nearest'; JAX takes the pixel under the centre of the new one",
    },
  ],
}
