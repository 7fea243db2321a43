/** Shapes. */
import {
  concat,
  diagonal,
  expandDims,
  flip,
  input,
  moveAxis,
  pad,
  pixelShuffle,
  rearrange,
  repeat,
  reshape,
  roll,
  squeeze,
  stack,
  swapAxes,
  tile,
  transpose,
  transposeLast,
  tril,
  triu,
} from '../../../src/dsl/index.js'
import type { Section } from './row.js'

const x = input('x', [2, 3, 4])
const y = input('y', [2, 3, 4])
const m = input('m', [3, 3])
const single = input('single', [2, 1, 4])
const images = input('images', [1, 8, 2, 3])

export const layout: Section = {
  title: 'Shapes',
  introduction: 'There are no views and no strides: a tensor is its elements in row-major order.',
  file: 'test/documentation/from-pytorch/layout.ts',
  rows: [
    {
      pytorch: 'x.reshape(6, 4)',
      jax: 'x.reshape(6, 4)',
      ours: () => reshape(x, [6, 4]),
      note: "no -1: all sizes are written, or a symbol such as `'6*B'`",
    },
    { pytorch: 'x.flatten(1)', jax: 'x.reshape(2, -1)', ours: () => reshape(x, [2, 12]) },
    {
      pytorch: 'x.permute(2, 0, 1)',
      jax: 'jnp.transpose(x, (2, 0, 1))',
      ours: () => transpose(x, [2, 0, 1]),
    },
    { pytorch: 'x.transpose(0, 1)', jax: 'jnp.swapaxes(x, 0, 1)', ours: () => swapAxes(x, 0, 1) },
    { pytorch: 'x.movedim(0, -1)', jax: 'jnp.moveaxis(x, 0, -1)', ours: () => moveAxis(x, 0, -1) },
    { pytorch: 'x.mT', jax: 'x.mT', ours: () => transposeLast(x) },
    {
      pytorch: 'x.reshape(2, 3, 2, 2).permute(0, 2, 1, 3)',
      jax: 'x.reshape(2, 3, 2, 2).transpose(0, 2, 1, 3)',
      ours: () => rearrange(x, 'b t (h d) -> b h t d', { h: 2 }),
      note: '`einops.rearrange`, with shapes in the types',
    },
    { pytorch: 'x.unsqueeze(1)', jax: 'jnp.expand_dims(x, 1)', ours: () => expandDims(x, 1) },
    {
      pytorch: 'single.squeeze(1)',
      jax: 'jnp.squeeze(single, 1)',
      ours: () => squeeze(single, 1),
      note: 'an axis of another size than 1 does not compile; PyTorch leaves it as it is',
    },
    {
      pytorch: 'torch.cat([x, y], dim=1)',
      jax: 'jnp.concatenate([x, y], axis=1)',
      ours: () => concat([x, y], 1),
    },
    { pytorch: 'torch.stack([x, y], dim=0)', jax: 'jnp.stack([x, y], axis=0)', ours: () => stack([x, y], 0) },
    {
      pytorch: 'x.repeat(2, 1, 3)',
      jax: 'jnp.tile(x, (2, 1, 3))',
      ours: () => tile(x, [2, 1, 3]),
      note: "PyTorch's `repeat` is numpy's `tile`",
    },
    {
      pytorch: 'x.repeat_interleave(2, dim=1)',
      jax: 'jnp.repeat(x, 2, axis=1)',
      ours: () => repeat(x, 1, 2),
    },
    {
      pytorch: 'F.pad(x, (1, 2))',
      jax: 'jnp.pad(x, ((0, 0), (0, 0), (1, 2)))',
      ours: () => pad(x, -1, 1, 2),
      note: 'one axis at a time',
    },
    { pytorch: 'x.flip(1)', jax: 'jnp.flip(x, 1)', ours: () => flip(x, 1) },
    {
      pytorch: 'x.roll(1, 2)',
      jax: 'jnp.roll(x, 1, 2)',
      ours: () => roll(x, 2, 1),
      note: 'the axis first, then the shift',
    },
    { pytorch: 'm.tril(-1)', jax: 'jnp.tril(m, -1)', ours: () => tril(m, { diagonal: -1 }) },
    { pytorch: 'm.triu()', jax: 'jnp.triu(m)', ours: () => triu(m) },
    {
      pytorch: 'm.diagonal()',
      jax: 'jnp.diagonal(m)',
      ours: () => diagonal(m),
      note: 'the last two axes; others are a batch',
    },
    { pytorch: 'F.pixel_shuffle(images, 2)', ours: () => pixelShuffle(images, 2) },
  ],
}
