/** Programs that must compile: activations, reductions, diagonals, orders, repetitions and grids. */
import type { AcceptedProgram } from './accepted-program.js'

export const acceptedOperations: readonly AcceptedProgram[] = [
  {
    shows: 'activations with options',
    program: `gelu(elu(leakyRelu(input('x', ['B', 64]), { slope: 0.2 }), { alpha: 0.5 }), { approximate: 'tanh' })`,
    shape: ['B', 64],
  },
  {
    shows: 'clipped whole numbers',
    program: `clip(mod(input('n', ['B'], 'i32'), 24), { max: 12 })`,
    shape: ['B'],
  },
  {
    shows: 'a remainder that broadcasts',
    program: `mod(input('x', ['B', 1]), input('y', [3]))`,
    shape: ['B', 3],
  },
  {
    shows: 'an unbiased variance',
    program: `variance(input('x', ['B', 64]), 0, { correction: 1 })`,
    shape: [64],
  },
  {
    shows: 'a standard deviation whose axis stays',
    program: `std(input('x', ['B', 64]), -1, { keepDims: true })`,
    shape: ['B', 1],
  },
  {
    shows: 'a norm over two axes',
    program: `norm(input('x', ['B', 3, 4]), [1, 2], { order: 'inf' })`,
    shape: ['B'],
  },
  {
    shows: 'rows of which some element is not a number',
    program: `any(isNaN(input('x', ['B', 64])), 1)`,
    shape: ['B'],
  },
  { shows: 'a product over everything', program: `prod(input('x', ['B', 64]))`, shape: [] },
  { shows: 'the index of the smallest', program: `argMin(input('x', ['B', 'K']), -1)`, shape: ['B'] },
  {
    shows: 'cosines of rows',
    program: `cosineSimilarity(input('x', ['B', 512]), input('y', ['B', 512]), -1)`,
    shape: ['B'],
  },
  {
    shows: 'diagonals of a batch of matrices',
    program: `diagonal(tril(input('x', ['B', 'N', 'N']), { diagonal: -1 }))`,
    shape: ['B', 'N'],
  },
  { shows: 'traces of a batch of matrices', program: `trace(input('x', ['B', 3, 3]))`, shape: ['B'] },
  { shows: 'vectors as diagonal matrices', program: `diag(input('x', ['B', 3]))`, shape: ['B', 3, 3] },
  { shows: 'an identity of symbolic size', program: `eye('N')`, shape: ['N', 'N'] },
  {
    shows: 'channels last',
    program: `moveAxis(input('x', ['B', 3, 32, 48]), 1, -1)`,
    shape: ['B', 32, 48, 3],
  },
  {
    shows: 'two axes exchanged',
    program: `swapAxes(input('x', ['B', 3, 'L']), 0, -1)`,
    shape: ['L', 3, 'B'],
  },
  {
    shows: 'a reversed symbolic axis',
    program: `roll(flip(input('x', ['B', 'L']), 1), 1, -3)`,
    shape: ['B', 'L'],
  },
  { shows: 'repeated positions', program: `repeat(input('x', ['B', 'L']), 1, 3)`, shape: ['B', '3*L'] },
  { shows: 'tiles', program: `tile(input('x', [2, 'L']), [4, 2])`, shape: [8, '2*L'] },
  { shows: 'evenly spaced numbers', program: `linspace(0, 1, 50)`, shape: [50] },
  {
    shows: 'a grid of three vectors',
    program: `meshgrid([arange(2), input('y', ['L']), linspace(0, 1, 4)])[1]`,
    shape: [2, 'L', 4],
  },
]
