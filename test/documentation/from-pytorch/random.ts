/** Random numbers. */
import {
  dropout,
  full,
  gather,
  input,
  randomBernoulli,
  randomCategorical,
  randomGumbel,
  randomNormal,
  randomPermutation,
  randomTruncatedNormal,
  randomUniform,
  cast,
  broadcastTo,
  mul,
  add,
  sort,
  splitKey,
} from '../../../src/dsl/index.js'
import { tensor } from '../../../src/dsl/index.js'
import type { Section } from './row.js'

const key = input('key', [2], 'i32')
const logits = input('logits', [3])
const x = input('x', [6, 2])

export const random: Section = {
  title: 'Random numbers',
  introduction:
    'Random operations take a key, as in JAX: the same key gives the same numbers, on every engine. `tensor.key(seed)` is its value. Numbers are those of neither PyTorch nor JAX; these rows compare means and deviations.',
  file: 'test/documentation/from-pytorch/random.ts',
  rows: [
    {
      pytorch: 'torch.rand(100, 100)',
      jax: 'jax.random.uniform(key, (100, 100))',
      ours: () => randomUniform(key, [100, 100]),
      compared: 'distribution',
    },
    {
      pytorch: 'torch.randn(100, 100)',
      jax: 'jax.random.normal(key, (100, 100))',
      ours: () => randomNormal(key, [100, 100]),
      compared: 'distribution',
    },
    {
      pytorch: '2 + 3 * torch.randn(100, 100)',
      jax: '2 + 3 * jax.random.normal(key, (100, 100))',
      ours: () => add(mul(randomNormal(key, [100, 100]), 3), 2),
      compared: 'distribution',
    },
    {
      pytorch: 'nn.init.trunc_normal_(torch.empty(100, 100), a=-2, b=2)',
      jax: 'jax.random.truncated_normal(key, -2, 2, (100, 100))',
      ours: () => randomTruncatedNormal(key, [100, 100]),
      compared: 'distribution',
    },
    {
      pytorch: 'torch.bernoulli(torch.full((100, 100), 0.3))',
      jax: 'jax.random.bernoulli(key, 0.3, (100, 100)).astype(float)',
      ours: () => cast(randomBernoulli(key, full([100, 100], 0.3)), 'f32'),
      compared: 'distribution',
      note: '`randomBernoulli` gives booleans, as JAX does',
    },
    {
      pytorch: 'torch.distributions.Gumbel(0., 1.).sample((100, 100))',
      jax: 'jax.random.gumbel(key, (100, 100))',
      ours: () => randomGumbel(key, [100, 100]),
      compared: 'distribution',
    },
    {
      pytorch: 'torch.distributions.Categorical(logits=logits).sample((10000,))',
      jax: 'jax.random.categorical(key, logits, shape=(10000,))',
      ours: () => randomCategorical(key, broadcastTo(logits, [10000, 3]), -1),
      compared: 'distribution',
      note: '`torch.multinomial` takes probabilities',
    },
    {
      pytorch: 'torch.randperm(50)',
      jax: 'jax.random.permutation(key, 50)',
      ours: () => randomPermutation(key, 50),
      compared: 'distribution',
    },
    {
      pytorch: 'x[torch.randperm(6)].sort(dim=0).values',
      jax: 'jnp.sort(jax.random.permutation(key, x), axis=0)',
      ours: () => sort(gather(x, randomPermutation(key, 6), 0), 0),
      note: 'shuffled rows; sorted again here, so that they can be compared',
    },
    {
      pytorch: 'F.dropout(torch.ones(100, 100), 0.2)',
      ours: () => dropout(full([100, 100], 1), { rate: 0.2, key }),
      compared: 'distribution',
      note: 'no mode of training or evaluation: a program that evaluates has no dropout. Each layer needs a key of its own',
    },
    {
      pytorch: '(torch.rand(100, 100) + torch.rand(100, 100))',
      jax: 'sum(jax.random.uniform(k, (100, 100)) for k in jax.random.split(key))',
      ours: () => {
        const [first, second] = splitKey(key)
        return add(randomUniform(first, [100, 100]), randomUniform(second, [100, 100]))
      },
      compared: 'distribution',
      note: 'a key that is used twice gives the same numbers twice',
    },
    {
      pytorch: 'torch.manual_seed(0)\ntorch.rand(2, 2) * 0',
      jax: 'jax.random.uniform(jax.random.PRNGKey(0), (2, 2)) * 0',
      ours: () => mul(randomUniform(key, [2, 2]), 0),
      values: { key: tensor.key(0) },
      note: 'a seed is a value that a run is given: `tensor.key(0)`',
    },
  ],
}
