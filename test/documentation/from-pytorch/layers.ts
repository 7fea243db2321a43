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
  gruLayer,
  layerNormLayer,
  linearLayer,
  lstmLayer,
  residual,
  sequential,
} from '../../../src/model/index.js'
import type { Section } from './row.js'

const x = input('x', [2, 4])
const ids = input('ids', [2, 3], 'i32')
const images = input('images', [2, 4, 5, 5])
const sequence = input('sequence', [2, 6, 3])

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
