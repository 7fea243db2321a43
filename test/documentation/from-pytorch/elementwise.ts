/** Operations on elements. */
import {
  abs,
  add,
  and,
  cast,
  ceil,
  clip,
  cos,
  div,
  equal,
  erf,
  exp,
  expm1,
  floor,
  greater,
  input,
  isFinite,
  isNaN,
  less,
  log,
  log1p,
  maximum,
  minimum,
  mod,
  mul,
  neg,
  not,
  pow,
  round,
  rsqrt,
  sign,
  sin,
  sqrt,
  square,
  stopGradient,
  sub,
  tanh,
  tensor,
  where,
} from '../../../src/dsl/index.js'
import type { Section } from './row.js'

const x = input('x', [2, 3])
const y = input('y', [3])
const count = input('count', [4], 'i32')
const positive = abs(x)

const broken = {
  x: tensor.f32([
    [1, NaN, Infinity],
    [-Infinity, 0, -1],
  ]),
}
const halves = {
  x: tensor.f32([
    [0.5, 1.5, 2.5],
    [-0.5, -1.5, 0.2],
  ]),
}
const counts = { count: tensor.i32([7, -7, 8, -8]) }

export const elementwise: Section = {
  title: 'Elements',
  introduction:
    'Shapes broadcast as in numpy. Operations of two tensors take a number in the place of either. There are no operators and no in-place forms.',
  file: 'test/documentation/from-pytorch/elementwise.ts',
  rows: [
    { pytorch: 'x + y', jax: 'x + y', ours: () => add(x, y), note: 'also `sub`, `mul`, `div`' },
    { pytorch: 'x - 2 * y', jax: 'x - 2 * y', ours: () => sub(x, mul(y, 2)) },
    { pytorch: '1 / x', jax: '1 / x', ours: () => div(1, x) },
    {
      pytorch: "torch.div(count, 3, rounding_mode='trunc')",
      jax: 'lax.div(count, jnp.full_like(count, 3))',
      ours: () => div(count, 3),
      values: counts,
      note: "of integers, `div` rounds toward zero; Python's `//` rounds down",
    },
    {
      pytorch: 'count % 3',
      jax: 'count % 3',
      ours: () => mod(count, 3),
      values: counts,
      note: 'the sign of the divisor, as in Python; `torch.fmod` has that of the dividend',
    },
    { pytorch: '-x', jax: '-x', ours: () => neg(x) },
    { pytorch: 'x ** 2', jax: 'x ** 2', ours: () => square(x) },
    {
      pytorch: 'x.abs() ** 1.5',
      jax: 'jnp.abs(x) ** 1.5',
      ours: () => pow(abs(x), 1.5),
    },
    { pytorch: 'torch.exp(x)', jax: 'jnp.exp(x)', ours: () => exp(x) },
    { pytorch: 'torch.expm1(x)', jax: 'jnp.expm1(x)', ours: () => expm1(x) },
    { pytorch: 'torch.log(x.abs())', jax: 'jnp.log(jnp.abs(x))', ours: () => log(positive) },
    { pytorch: 'torch.log1p(x.abs())', jax: 'jnp.log1p(jnp.abs(x))', ours: () => log1p(positive) },
    { pytorch: 'torch.sqrt(x.abs())', jax: 'jnp.sqrt(jnp.abs(x))', ours: () => sqrt(positive) },
    { pytorch: 'torch.rsqrt(x.abs())', jax: 'lax.rsqrt(jnp.abs(x))', ours: () => rsqrt(positive) },
    {
      pytorch: 'torch.sin(x) + torch.cos(x)',
      jax: 'jnp.sin(x) + jnp.cos(x)',
      ours: () => add(sin(x), cos(x)),
    },
    { pytorch: 'torch.tanh(x)', jax: 'jnp.tanh(x)', ours: () => tanh(x) },
    { pytorch: 'torch.erf(x)', jax: 'lax.erf(x)', ours: () => erf(x) },
    { pytorch: 'torch.sign(x)', jax: 'jnp.sign(x)', ours: () => sign(x) },
    { pytorch: 'torch.floor(x)', jax: 'jnp.floor(x)', ours: () => floor(x) },
    { pytorch: 'torch.ceil(x)', jax: 'jnp.ceil(x)', ours: () => ceil(x) },
    {
      pytorch: 'torch.round(x)',
      jax: 'jnp.round(x)',
      ours: () => round(x),
      values: halves,
      note: 'halves go to the even neighbour in all three; `Math.round` of JavaScript rounds them up',
    },
    {
      pytorch: 'torch.clamp(x, -1, 1)',
      jax: 'jnp.clip(x, -1, 1)',
      ours: () => clip(x, { min: -1, max: 1 }),
      note: 'the gradient at a bound is 1/2, as in JAX; 0 in PyTorch',
    },
    { pytorch: 'torch.maximum(x, y)', jax: 'jnp.maximum(x, y)', ours: () => maximum(x, y) },
    { pytorch: 'torch.minimum(x, torch.tensor(0.))', jax: 'jnp.minimum(x, 0.)', ours: () => minimum(x, 0) },
    {
      pytorch: 'torch.where(x > 0, x, y)',
      jax: 'jnp.where(x > 0, x, y)',
      ours: () => where(greater(x, 0), x, y),
      note: 'both branches are computed; a NaN of the branch that is not taken does not reach the value, but may reach the gradient, as in both others',
    },
    {
      pytorch: 'x == y',
      jax: 'x == y',
      ours: () => equal(x, y),
      note: 'also `notEqual`, `less`, `lessEqual`, `greaterEqual`',
    },
    {
      pytorch: '(x > 0) & ~(x < y)',
      jax: '(x > 0) & ~(x < y)',
      ours: () => and(greater(x, 0), not(less(x, y))),
    },
    { pytorch: 'torch.isnan(x)', jax: 'jnp.isnan(x)', ours: () => isNaN(x), values: broken },
    { pytorch: 'torch.isfinite(x)', jax: 'jnp.isfinite(x)', ours: () => isFinite(x), values: broken },
    {
      pytorch: 'x.to(torch.int32)',
      jax: 'x.astype(jnp.int32)',
      ours: () => cast(x, 'i32'),
      values: {
        x: tensor.f32([
          [1.7, -1.7, 0.2],
          [3, -3, -0.2],
        ]),
      },
      note: 'fractions are dropped',
    },
    {
      pytorch: 'x.detach()',
      jax: 'lax.stop_gradient(x)',
      ours: () => stopGradient(x),
    },
  ],
}
