/** Tensors from nothing. */
import {
  add,
  arange,
  broadcastTo,
  cast,
  constant,
  diag,
  eye,
  full,
  input,
  iota,
  linspace,
  meshgrid,
  mul,
  oneHot,
  scalar,
  tensor,
  tril,
  zerosLike,
} from '../../../src/dsl/index.js'
import type { Section } from './row.js'

const x = input('x', [2, 3])
const v = input('v', [3])
const labels = input('labels', [4], 'i32')

export const creation: Section = {
  title: 'Creation',
  introduction:
    'A `constant` is part of the program. Data comes in as an `input`, weights as a `parameter`; their values are made with `tensor.f32`, `tensor.i32` and `tensor.bool`.',
  file: 'test/documentation/from-pytorch/creation.ts',
  rows: [
    {
      pytorch: 'torch.tensor([[1., 2.], [3., 4.]])',
      jax: 'jnp.array([[1., 2.], [3., 4.]])',
      ours: () => constant([2, 2], [1, 2, 3, 4]),
      note: 'the shape first, then the elements, so that the shape is part of the type',
    },
    {
      pytorch: 'torch.tensor([[1., 2.], [3., 4.]], dtype=torch.float32)',
      jax: 'jnp.array([[1., 2.], [3., 4.]], dtype=jnp.float32)',
      ours: () =>
        tensor.f32([
          [1, 2],
          [3, 4],
        ]),
      note: 'a value, for an input or a parameter of a run; `tensor.f32([2, 2], data)` takes a flat array',
    },
    {
      pytorch: 'torch.zeros(2, 3)',
      jax: 'jnp.zeros((2, 3))',
      ours: () => full([2, 3], 0),
    },
    {
      pytorch: 'torch.ones(2, 3, dtype=torch.int32)',
      jax: 'jnp.ones((2, 3), dtype=jnp.int32)',
      ours: () => full([2, 3], 1, 'i32'),
      note: 'element types are `f32`, `i32` and `bool`',
    },
    {
      pytorch: 'torch.full((2, 3), 0.5)',
      jax: 'jnp.full((2, 3), 0.5)',
      ours: () => full([2, 3], 0.5),
    },
    {
      pytorch: 'torch.zeros_like(x)',
      jax: 'jnp.zeros_like(x)',
      ours: () => zerosLike(x),
      values: {
        x: tensor.f32([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      },
    },
    {
      pytorch: 'torch.tensor(2.5)',
      jax: 'jnp.array(2.5)',
      ours: () => scalar(2.5),
      note: 'operations also take plain numbers: `mul(x, 2.5)`',
    },
    {
      pytorch: 'torch.arange(4)',
      jax: 'jnp.arange(4)',
      ours: () => arange(4),
    },
    {
      pytorch: 'torch.arange(1, 9, 2)',
      jax: 'jnp.arange(1, 9, 2)',
      ours: () => add(mul(arange(4), 2), 1),
      note: 'starts and steps are arithmetic, so the length is in the type',
    },
    {
      pytorch: 'torch.arange(3).expand(2, 3)',
      jax: 'lax.broadcasted_iota(jnp.int32, (2, 3), 1)',
      ours: () => iota([2, 3], 1),
    },
    {
      pytorch: 'torch.linspace(0, 1, 5)',
      jax: 'jnp.linspace(0, 1, 5)',
      ours: () => linspace(0, 1, 5),
    },
    {
      pytorch: 'torch.eye(3)',
      jax: 'jnp.eye(3)',
      ours: () => eye(3),
    },
    {
      pytorch: 'torch.diag(v)',
      jax: 'jnp.diag(v)',
      ours: () => diag(v),
      note: '`diag` makes matrices, of a batch too; `diagonal` reads the diagonal',
    },
    {
      pytorch: 'torch.tril(torch.ones(3, 3))',
      jax: 'jnp.tril(jnp.ones((3, 3)))',
      ours: () => tril(full([3, 3], 1)),
    },
    {
      pytorch: "torch.meshgrid(torch.linspace(2, 4, 2), torch.linspace(0, 1, 3), indexing='ij')",
      jax: "jnp.meshgrid(jnp.linspace(2, 4, 2), jnp.linspace(0, 1, 3), indexing='ij')",
      ours: () => meshgrid([linspace(2, 4, 2), linspace(0, 1, 3)]),
      note: "always `indexing='ij'`; JAX's default is `'xy'`",
    },
    {
      pytorch: 'F.one_hot(labels, 3)',
      jax: 'nn.one_hot(labels, 3, dtype=jnp.int32)',
      ours: () => cast(oneHot(labels, 3), 'i32'),
      values: { labels: tensor.i32([0, 2, 1, 0]) },
      note: '`oneHot` gives f32, as JAX does; an index outside of the classes makes a row of zeros, where PyTorch fails',
    },
    {
      pytorch: 'v.expand(2, 3)',
      jax: 'jnp.broadcast_to(v, (2, 3))',
      ours: () => broadcastTo(v, [2, 3]),
    },
  ],
}
