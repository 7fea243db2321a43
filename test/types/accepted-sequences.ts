/** Programs that must compile: cumulative sums, sorting, segments, scatters, slices at tensor indices. */
import type { AcceptedProgram } from './accepted-program.js'

export const acceptedSequences: readonly AcceptedProgram[] = [
  {
    shows: 'cumulative sums keep a shape, and the element type',
    program: `cumsum(input('lengths', ['B', 'T'], 'i32'), -1, { exclusive: true })`,
    shape: ['B', 'T'],
  },
  {
    shows: 'cumulative functions compose inside generic code',
    program: `const survival = <B, T>(risk: Tensor<[B, T]>) => cumprod(sub(1, risk), 1)
const evidence = <B, T>(x: Tensor<[B, T]>) => logCumSumExp(cummax(x, 1), 0, { reverse: true })
evidence(survival(input('risk', ['B', 12])))`,
    shape: ['B', 12],
  },
  {
    shows: 'a layer of a state-space model with generic length',
    program: `const states = <B, T, D>(decay: Tensor<[B, T, D]>, x: Tensor<[B, T, D]>) => linearRecurrence(decay, x, 1)
states(input('decay', ['B', 'T', 16]), input('x', ['B', 'T', 16]))`,
    shape: ['B', 'T', 16],
  },
  {
    shows: 'the order of rows',
    program: `takeAlongAxis(input('x', ['N', 8]), argSort(input('x', ['N', 8]), 0, { descending: true }), 0)`,
    shape: ['N', 8],
  },
  {
    shows: 'the largest of a sorted axis',
    program: `slice(sort(input('x', ['B', 100]), 1, { descending: true }), 1, 0, 10)`,
    shape: ['B', 10],
  },
  {
    shows: 'attention over the edges of a graph',
    program: `const attend = <E, H, W>(scores: Tensor<[E, H]>, messages: Tensor<[E, H, W]>, targets: Tensor<[E], 'i32'>) =>
  segmentSum(mul(expandDims(segmentSoftmax(scores, targets, 'N'), -1), messages), targets, 'N')
attend(input('scores', ['E', 8]), input('messages', ['E', 8, 16]), input('targets', ['E'], 'i32'))`,
    shape: ['N', 8, 16],
  },
  {
    shows: 'segments counted by a handle',
    program: `segmentMax(segmentMean(input('x', ['N', 3]), input('ids', ['N'], 'i32'), dim('K')), input('groups', ['K'], 'i32'), 2)`,
    shape: [2, 3],
  },
  {
    shows: 'slices of matrices replaced at two axes of indices',
    program: `scatter(input('x', ['B', 77, 8]), input('updates', ['B', 2, 3, 8]), input('at', [2, 3], 'i32'), -2)`,
    shape: ['B', 77, 8],
  },
  {
    shows: 'a scatter inside generic code',
    program: `const write = <T, N, W>(cache: Tensor<[T, W]>, rows: Tensor<[N, W]>, at: Tensor<[N], 'i32'>) =>
  scatter(cache, rows, at, 0)
write(input('cache', ['T', 64]), input('rows', [2, 64]), input('at', [2], 'i32'))`,
    shape: ['T', 64],
  },
  {
    shows: 'the largest update of each group',
    program: `scatterMax(input('scores', ['B', 'N']), input('groups', ['N'], 'i32'), 1, 'K')`,
    shape: ['B', 'K'],
  },
  {
    shows: 'a window at a step that is a tensor',
    program: `dynamicSlice(input('tokens', ['B', 'T', 512]), input('step', [], 'i32'), 1, 64)`,
    shape: ['B', 64, 512],
  },
  {
    shows: 'a cache of keys that is written at a step',
    program: `dynamicUpdateSlice(input('cache', ['B', 77, 64]), input('key', ['B', 1, 64]), input('step', [], 'i32'), 1)`,
    shape: ['B', 77, 64],
  },
]
