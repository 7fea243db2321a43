/** Reductions, and what goes along an axis. */
import {
  all,
  any,
  argMax,
  argMin,
  argSort,
  cosineSimilarity,
  cummax,
  cumprod,
  cumsum,
  greater,
  input,
  l2Normalize,
  logCumSumExp,
  logSumExp,
  max,
  mean,
  min,
  norm,
  prod,
  sort,
  std,
  sum,
  topK,
  trace,
  variance,
} from '../../../src/dsl/index.js'
import type { Section } from './row.js'

const x = input('x', [2, 3, 4])
const y = input('y', [2, 3, 4])
const m = input('m', [3, 3])

export const reductions: Section = {
  title: 'Reductions, sorting, cumulative sums',
  introduction:
    'Axes may be negative. Without axes, everything is reduced. `{ keepDims: true }` keeps reduced axes as 1.',
  file: 'test/documentation/from-pytorch/reductions.ts',
  rows: [
    { pytorch: 'x.sum()', jax: 'jnp.sum(x)', ours: () => sum(x) },
    { pytorch: 'x.sum(dim=(0, 2))', jax: 'jnp.sum(x, axis=(0, 2))', ours: () => sum(x, [0, 2]) },
    {
      pytorch: 'x.mean(dim=-1, keepdim=True)',
      jax: 'jnp.mean(x, axis=-1, keepdims=True)',
      ours: () => mean(x, -1, { keepDims: true }),
    },
    {
      pytorch: 'torch.amax(x, dim=1)',
      jax: 'jnp.max(x, axis=1)',
      ours: () => max(x, 1),
      note: 'the value alone; `torch.max(x, dim)` gives indices too. The gradient is shared by equal maxima, as with `amax`',
    },
    { pytorch: 'torch.amin(x, dim=1)', jax: 'jnp.min(x, axis=1)', ours: () => min(x, 1) },
    { pytorch: 'x.prod(dim=1)', jax: 'jnp.prod(x, axis=1)', ours: () => prod(x, 1) },
    {
      pytorch: 'x.var(dim=1, correction=0)',
      jax: 'jnp.var(x, axis=1)',
      ours: () => variance(x, 1),
      note: "divided by n, as in JAX; PyTorch's default is n - 1",
    },
    {
      pytorch: 'x.var(dim=1)',
      jax: 'jnp.var(x, axis=1, ddof=1)',
      ours: () => variance(x, 1, { correction: 1 }),
    },
    {
      pytorch: 'x.std(dim=1)',
      jax: 'jnp.std(x, axis=1, ddof=1)',
      ours: () => std(x, 1, { correction: 1 }),
      note: 'as `var`; the gradient where all elements are equal is 0, as in PyTorch; NaN in JAX',
    },
    {
      pytorch: 'torch.logsumexp(x, dim=1)',
      jax: 'nn.logsumexp(x, axis=1)',
      ours: () => logSumExp(x, 1),
    },
    { pytorch: '(x > 0).any(dim=1)', jax: 'jnp.any(x > 0, axis=1)', ours: () => any(greater(x, 0), 1) },
    { pytorch: '(x > 0).all()', jax: 'jnp.all(x > 0)', ours: () => all(greater(x, 0)) },
    {
      pytorch: 'x.argmax(dim=1)',
      jax: 'jnp.argmax(x, axis=1)',
      ours: () => argMax(x, 1),
      note: 'the first of several that are equal',
    },
    { pytorch: 'x.argmin(dim=1)', jax: 'jnp.argmin(x, axis=1)', ours: () => argMin(x, 1) },
    {
      pytorch: 'torch.linalg.vector_norm(x, dim=1)',
      jax: 'jnp.linalg.norm(x, axis=1)',
      ours: () => norm(x, 1),
      note: 'the gradient at a vector of zeros is 0, as in PyTorch; NaN in JAX',
    },
    {
      pytorch: 'torch.linalg.vector_norm(x, ord=float("inf"), dim=1)',
      jax: 'jnp.linalg.norm(x, ord=jnp.inf, axis=1)',
      ours: () => norm(x, 1, { order: 'inf' }),
    },
    {
      pytorch: 'F.normalize(x, dim=-1)',
      jax: 'x / jnp.linalg.norm(x, axis=-1, keepdims=True).clip(1e-12)',
      ours: () => l2Normalize(x, { epsilon: 1e-12 }),
      note: "no epsilon by default; PyTorch's is 1e-12",
    },
    {
      pytorch: 'F.cosine_similarity(x, y, dim=1)',
      ours: () => cosineSimilarity(x, y, 1),
      note: 'epsilon 1e-8 in both',
    },
    {
      pytorch: 'torch.trace(m)',
      jax: 'jnp.trace(m)',
      ours: () => trace(m),
      note: 'the last two axes; others are a batch',
    },
    { pytorch: 'x.sort(dim=-1).values', jax: 'jnp.sort(x, axis=-1)', ours: () => sort(x, -1) },
    {
      pytorch: 'x.argsort(dim=-1, descending=True, stable=True)',
      jax: 'jnp.argsort(x, axis=-1, descending=True)',
      ours: () => argSort(x, -1, { descending: true }),
      note: 'always stable',
    },
    {
      pytorch: 'x.topk(2, dim=-1)',
      jax: 'lax.top_k(x, 2)',
      ours: () => {
        const { values, indices } = topK(x, 2, -1)
        return [values, indices]
      },
    },
    { pytorch: 'x.cumsum(dim=1)', jax: 'jnp.cumsum(x, axis=1)', ours: () => cumsum(x, 1) },
    {
      pytorch: 'x.flip(1).cumsum(dim=1).flip(1)',
      jax: 'lax.cumsum(x, axis=1, reverse=True)',
      ours: () => cumsum(x, 1, { reverse: true }),
      note: '`exclusive` leaves out the element itself',
    },
    { pytorch: 'x.cumprod(dim=1)', jax: 'jnp.cumprod(x, axis=1)', ours: () => cumprod(x, 1) },
    { pytorch: 'x.cummax(dim=1).values', jax: 'lax.cummax(x, axis=1)', ours: () => cummax(x, 1) },
    { pytorch: 'x.logcumsumexp(dim=1)', jax: 'lax.cumlogsumexp(x, axis=1)', ours: () => logCumSumExp(x, 1) },
  ],
}
