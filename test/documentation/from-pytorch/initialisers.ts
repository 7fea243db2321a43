/** First values of weights. */
import {
  heNormal,
  heUniform,
  lecunNormal,
  normal,
  ones,
  orthogonal,
  truncatedNormal,
  uniform,
  xavierNormal,
  xavierUniform,
  zeros,
} from '../../../src/model/index.js'
import { initialiserRow } from './initialiser-trial.js'
import type { Section } from './row.js'

export const initialisers: Section = {
  title: 'Initialisers',
  introduction:
    "`initialise(program, key, { default: heNormal, rules: [[/bias$/, zeros]] })` gives first values to all parameters, by their names; nothing is initialised when a layer is made. A weight is [outputs, inputs], as in PyTorch; JAX's are [inputs, outputs]. Compared are a weight's mean and standard deviation.",
  file: 'test/documentation/from-pytorch/initialisers.ts',
  rows: [
    initialiserRow({
      pytorch: "nn.init.kaiming_normal_(torch.empty(100, 200), nonlinearity='relu')",
      jax: 'nn.initializers.he_normal()(key, (200, 100)).T',
      ours: () => heNormal,
      note: "JAX's is a truncated normal distribution of the same variance",
    }),
    initialiserRow({
      pytorch: "nn.init.kaiming_uniform_(torch.empty(100, 200), nonlinearity='relu')",
      jax: 'nn.initializers.he_uniform()(key, (200, 100)).T',
      ours: () => heUniform,
    }),
    initialiserRow({
      pytorch: 'nn.init.kaiming_uniform_(torch.empty(100, 200), a=math.sqrt(5))',
      ours: () => uniform(1 / Math.sqrt(200)),
      note: "PyTorch's default for `nn.Linear` and convolutions, ±1/√inputs; `linearInitialiser` does it for a weight and its bias",
    }),
    initialiserRow({
      pytorch: 'nn.init.xavier_normal_(torch.empty(100, 200))',
      jax: 'nn.initializers.glorot_normal()(key, (200, 100)).T',
      ours: () => xavierNormal,
    }),
    initialiserRow({
      pytorch: 'nn.init.xavier_uniform_(torch.empty(100, 200))',
      jax: 'nn.initializers.glorot_uniform()(key, (200, 100)).T',
      ours: () => xavierUniform,
    }),
    initialiserRow({
      pytorch: "nn.init.kaiming_normal_(torch.empty(100, 200), nonlinearity='linear')",
      jax: 'nn.initializers.lecun_normal()(key, (200, 100)).T',
      ours: () => lecunNormal,
      note: "flax' default for dense layers",
    }),
    initialiserRow({
      pytorch: 'nn.init.normal_(torch.empty(100, 200), std=0.02)',
      jax: 'nn.initializers.normal(0.02)(key, (100, 200))',
      ours: () => normal(0.02),
      note: "JAX's deviation is 0.01 if none is given",
    }),
    initialiserRow({
      pytorch: 'nn.init.trunc_normal_(torch.empty(100, 200), std=0.02, a=-0.04, b=0.04)',
      jax: '0.02 * jax.random.truncated_normal(key, -2, 2, (100, 200))',
      ours: () => truncatedNormal(0.02),
      note: 'bounds are two deviations; of PyTorch, -2 and 2 themselves',
    }),
    initialiserRow({
      pytorch: 'nn.init.orthogonal_(torch.empty(100, 200))',
      jax: 'nn.initializers.orthogonal()(key, (100, 200))',
      ours: () => orthogonal,
    }),
    initialiserRow({
      pytorch: 'nn.init.zeros_(torch.empty(100, 200))',
      jax: 'nn.initializers.zeros(key, (100, 200))',
      ours: () => zeros,
    }),
    initialiserRow({
      pytorch: 'nn.init.ones_(torch.empty(100, 200))',
      jax: 'nn.initializers.ones(key, (100, 200))',
      ours: () => ones,
    }),
  ],
}
