/** Layers with weights. */
import {
  add,
  conv2d,
  dim,
  embedding,
  input,
  parameter,
  relu,
  reshape,
  tensor,
} from '../../../src/dsl/index.js'
import {
  batchNormLayer,
  dense,
  groupNormLayer,
  gruLayer,
  instanceNormLayer,
  layerNormLayer,
  linearLayer,
  lstmLayer,
  multiHeadAttention,
  multiHeadCrossAttention,
  residual,
  rmsNormLayer,
  sequential,
  statefulBatchNormLayer,
} from '../../../src/model/index.js'
import type { Section } from './row.js'

const x = input('x', [2, 4])
const ids = input('ids', [2, 3], 'i32')
const images = input('images', [2, 4, 5, 5])
const sequence = input('sequence', [2, 6, 3])
const tokens = input('tokens', [2, 5, 8])
const memory = input('memory', [2, 3, 8])
const isToken = input('isToken', [2, 5], 'bool')

export const layers: Section = {
  title: 'Layers',
  introduction:
    'A layer is a function: its weights are parameters under the name that it is given, as they are called in a `state_dict`. Here modules of PyTorch get the same weights.',
  file: 'test/documentation/from-pytorch/layers.ts',
  rows: [
    {
      pytorch: 'nn.Linear(4, 3)(x)',
      ours: () => linearLayer('fc', dim(4), dim(3))(x),
      note: 'parameters `fc.weight` [3, 4] and `fc.bias` [3]',
    },
    {
      pytorch: 'nn.Linear(4, 3, bias=False)(x)',
      ours: () => dense(4, 3, { bias: false })(x, 'fc'),
    },
    {
      pytorch: 'nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))(x)',
      ours: () => sequential(dense(4, 8), relu, dense(8, 3))(x, 'mlp'),
      note: 'parameters `mlp.0.weight`, `mlp.2.weight`; a stage that does not take the shape before it does not compile',
    },
    {
      pytorch: 'block = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4))\nx + block(x)',
      ours: () => residual(sequential(dense(4, 8), relu, dense(8, 4)))(x, 'block'),
    },
    {
      pytorch: 'nn.LayerNorm(4)(x)',
      ours: () => layerNormLayer('norm', dim(4))(x),
      note: 'epsilon 1e-5',
    },
    {
      pytorch: 'nn.Embedding(7, 4)(ids)',
      ours: () => embedding(parameter('token.weight', [7, 4]), ids),
      values: {
        ids: tensor.i32([
          [0, 6, 2],
          [1, 1, 5],
        ]),
      },
      note: 'no `padding_idx`',
    },
    {
      pytorch: 'nn.Conv2d(4, 8, 3, padding=1)(images)',
      ours: () => {
        const convolved = conv2d(images, parameter('conv.weight', [8, 4, 3, 3]), { padding: 1 })
        return add(convolved, reshape(parameter('conv.bias', [8]), [8, 1, 1]))
      },
    },
    {
      pytorch: 'nn.BatchNorm2d(4).eval()(images)',
      ours: () => batchNormLayer('bn', dim(4))(images),
      values: { 'bn.running_var': tensor.f32([0.5, 1, 2, 3]) },
      note: 'by the running moments `bn.running_mean` and `bn.running_var`',
    },
    {
      pytorch: 'bn = nn.BatchNorm2d(4)\n[bn(images), bn.running_mean, bn.running_var]',
      ours: () => {
        const { output, updates } = statefulBatchNormLayer('bn', dim(4), { training: true })(images)
        return [output, updates['bn.running_mean'], updates['bn.running_var']]
      },
      note: 'no hidden state: next running moments are `updates` of the objective. Momentum 0.1, their variance unbiased, as in PyTorch; flax has momentum 0.99, of the old ones',
    },
    {
      pytorch: 'nn.RMSNorm(4, eps=1e-5)(x)',
      ours: () => rmsNormLayer('norm', dim(4))(x),
      note: "epsilon 1e-5; PyTorch's is the least step of the element type, 1.2e-7",
    },
    {
      pytorch: 'nn.GroupNorm(2, 4)(images)',
      ours: () => groupNormLayer('norm', dim(4), { groups: 2 })(images),
    },
    {
      pytorch: 'nn.InstanceNorm2d(4, affine=True)(images)',
      ours: () => instanceNormLayer('norm', dim(4))(images),
      note: 'PyTorch has no weights unless it is told `affine=True`',
    },
    {
      pytorch: 'nn.MultiheadAttention(8, 2, batch_first=True)(tokens, tokens, tokens)[0]',
      ours: () => multiHeadAttention('attn', { heads: dim(2), headWidth: dim(4) })(tokens),
      note: 'heads and their width, not heads and the whole width. No dropout',
    },
    {
      pytorch:
        'nn.MultiheadAttention(8, 2, batch_first=True)(tokens, tokens, tokens, key_padding_mask=~isToken, attn_mask=torch.ones(5, 5).triu(1) > 0)[0]',
      ours: () => {
        const attend = multiHeadAttention('attn', { heads: dim(2), headWidth: dim(4) })
        return attend(tokens, { causal: true, keyMask: isToken })
      },
      values: {
        isToken: tensor.bool([
          [true, true, true, true, true],
          [true, true, true, false, false],
        ]),
      },
      note: '`keyMask` is true at the keys that are read; in PyTorch, at those that are not',
    },
    {
      pytorch: 'nn.MultiheadAttention(8, 2, batch_first=True)(tokens, memory, memory)[0]',
      ours: () => multiHeadCrossAttention('attn', { heads: dim(2), headWidth: dim(4) })(tokens, memory),
    },
    {
      pytorch: 'nn.GRU(3, 5, batch_first=True)(sequence)',
      ours: () => {
        const { outputs, last } = gruLayer('gru', dim(3), dim(5))(sequence)
        return [outputs, reshape(last, [1, 2, 5])]
      },
      note: 'one layer at a time; the length may be a symbol. The reset gate is after the product, as in PyTorch and cuDNN',
    },
    {
      pytorch: 'nn.LSTM(3, 5, batch_first=True)(sequence)[0]',
      ours: () => lstmLayer('lstm', dim(3), dim(5))(sequence).outputs,
      note: 'gates in the order i, f, g, o',
    },
  ],
}
