/** Taking elements and rows, and putting them somewhere. */
import {
  broadcastTo,
  dynamicSlice,
  dynamicUpdateSlice,
  embedding,
  expandDims,
  full,
  gather,
  input,
  scatter,
  scatterAdd,
  segmentMax,
  segmentMean,
  segmentSoftmax,
  segmentSum,
  select,
  slice,
  split,
  takeAlongAxis,
  takeElement,
  tensor,
  where,
} from '../../../src/dsl/index.js'
import type { Section } from './row.js'

const x = input('x', [4, 5])
const rows = input('rows', [3], 'i32')
const chosen = input('chosen', [4, 2], 'i32')
const labels = input('labels', [4], 'i32')
const start = input('start', [], 'i32')
const update = input('update', [3, 5])
const part = input('part', [2, 5])
const mask = input('mask', [4, 5], 'bool')

const given = {
  rows: tensor.i32([2, 0, 3]),
  chosen: tensor.i32([
    [0, 4],
    [1, 1],
    [3, 2],
    [4, 0],
  ]),
  labels: tensor.i32([1, 0, 1, 2]),
  start: tensor.i32(1),
  mask: tensor.bool(
    [4, 5],
    Array.from({ length: 20 }, (_, i) => i % 3 === 0),
  ),
}

export const indexing: Section = {
  title: 'Indexing',
  introduction:
    'There is no `x[...]`: each kind of index is an operation of its own, with the axis in its call. Indices count from 0, and are not negative.',
  file: 'test/documentation/from-pytorch/indexing.ts',
  rows: [
    { pytorch: 'x[1]', jax: 'x[1]', ours: () => select(x, 0, 1) },
    {
      pytorch: 'x[:, 1:4]',
      jax: 'x[:, 1:4]',
      ours: () => slice(x, 1, 1, 3),
      note: 'axis, start, length: not start and end. A slice that leaves the axis does not compile',
    },
    {
      pytorch: 'x.chunk(2, dim=0)',
      jax: 'jnp.split(x, 2, axis=0)',
      ours: () => split(x, 0, 2),
      note: 'equal parts only',
    },
    {
      pytorch: 'x[rows]',
      jax: 'x[rows]',
      ours: () => gather(x, rows, 0),
      values: { rows: given.rows },
      note: 'an index outside of the axis fails; JAX clamps it',
    },
    {
      pytorch: 'torch.index_select(x, 1, rows)',
      jax: 'jnp.take(x, rows, axis=1)',
      ours: () => gather(x, rows, 1),
      values: { rows: given.rows },
    },
    {
      pytorch: 'x.gather(1, chosen)',
      jax: 'jnp.take_along_axis(x, chosen, axis=1)',
      ours: () => takeAlongAxis(x, chosen, 1),
      values: { chosen: given.chosen },
      note: "`gather` of PyTorch; the name is numpy's. An index outside of the axis gives 0",
    },
    {
      pytorch: 'x[torch.arange(4), labels]',
      jax: 'x[jnp.arange(4), labels]',
      ours: () => takeElement(x, labels),
      values: { labels: given.labels },
    },
    {
      pytorch: 'F.embedding(rows, x)',
      jax: 'jnp.take(x, rows, axis=0)',
      ours: () => embedding(x, rows),
      values: { rows: given.rows },
      note: 'the table first',
    },
    {
      pytorch: 'x.index_copy(0, rows, update)',
      jax: 'x.at[rows].set(update)',
      ours: () => scatter(x, update, rows, 0),
      values: { rows: given.rows },
      note: 'a new tensor. Of several updates of one position the last one counts, on every engine',
    },
    {
      pytorch: 'torch.zeros(4, 5).index_add(0, rows, update)',
      jax: 'jnp.zeros((4, 5)).at[rows].add(update)',
      ours: () => scatterAdd(update, rows, 0, 4),
      values: { rows: given.rows },
      note: 'it adds to zeros; add another tensor after it',
    },
    {
      pytorch: 'torch.zeros(3, 5).index_add(0, labels, x)',
      jax: 'jax.ops.segment_sum(x, labels, 3)',
      ours: () => segmentSum(x, labels, 3),
      values: { labels: given.labels },
    },
    {
      pytorch: "torch.zeros(3, 5).index_reduce(0, labels, x, 'mean', include_self=False)",
      ours: () => segmentMean(x, labels, 3),
      values: { labels: given.labels },
      note: 'a segment without rows is 0',
    },
    {
      pytorch: "torch.full((3, 5), -torch.inf).index_reduce(0, labels, x, 'amax')",
      jax: 'jax.ops.segment_max(x, labels, 3)',
      ours: () => segmentMax(x, labels, 3),
      values: { labels: given.labels },
      note: 'a segment without rows is -Infinity',
    },
    {
      pytorch: 'e = x.exp()\ne / torch.zeros(3, 5).index_add(0, labels, e)[labels]',
      jax: 'e = jnp.exp(x)\ne / jax.ops.segment_sum(e, labels, 3)[labels]',
      ours: () => segmentSoftmax(x, labels, 3),
      values: { labels: given.labels },
      note: 'the maximum of each segment is subtracted first; `torch_geometric.utils.softmax`',
    },
    {
      pytorch: 'x.narrow(0, int(start), 2)',
      jax: 'lax.dynamic_slice_in_dim(x, start, 2, axis=0)',
      ours: () => dynamicSlice(x, start, 0, 2),
      values: { start: given.start },
      note: 'a start too large is clamped, as in JAX',
    },
    {
      pytorch: 'x.slice_scatter(part, dim=0, start=int(start), end=int(start) + 2)',
      jax: 'lax.dynamic_update_slice_in_dim(x, part, start, axis=0)',
      ours: () => dynamicUpdateSlice(x, part, start, 0),
      values: { start: given.start },
    },
    {
      pytorch: 'x.masked_fill(mask, 0)',
      jax: 'jnp.where(mask, 0, x)',
      ours: () => where(mask, 0, x),
      values: { mask: given.mask },
      note: '`x[mask]`, whose length depends on data, has no counterpart',
    },
    {
      pytorch: 'torch.bincount(labels, minlength=5).to(torch.float64)',
      jax: 'jnp.bincount(labels, length=5).astype(float)',
      ours: () => scatterAdd(full([4], 1), labels, 0, 5),
      values: { labels: given.labels },
    },
    {
      pytorch: 'x[:, None, :].expand(4, 2, 5)',
      jax: 'jnp.broadcast_to(x[:, None, :], (4, 2, 5))',
      ours: () => broadcastTo(expandDims(x, 1), [4, 2, 5]),
    },
  ],
}
