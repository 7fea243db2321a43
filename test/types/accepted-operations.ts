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

  // ---- images
  {
    shows: 'a depthwise convolution that keeps the size',
    program: `conv2d(input('x', ['B', 96, 56, 28]), parameter('k', [96, 1, 7, 7]), { padding: 'same', groups: 96 })`,
    shape: ['B', 96, 56, 28],
  },
  {
    shows: 'a convolution in groups of symbolic width',
    program: `conv2d(input('x', ['B', '4*C', 9, 9]), parameter('k', ['4*O', 'C', 3, 3]), { groups: 4 })`,
    shape: ['B', '4*O', 7, 7],
  },
  {
    shows: 'a stride, padding and dilation for each axis',
    program: `conv2d(input('x', ['B', 3, 32, 48]), parameter('k', [8, 3, 3, 5]), { stride: [2, 1], padding: [1, 4], dilation: [1, 2] })`,
    shape: ['B', 8, 16, 48],
  },
  {
    shows: 'a convolution of signals',
    program: `conv1d(input('x', ['B', 8, 100]), parameter('k', [16, 8, 5]), { stride: 2, padding: 2 })`,
    shape: ['B', 16, 50],
  },
  {
    shows: 'a transposed convolution that doubles',
    program: `convTranspose2d(input('x', ['B', 64, 7, 14]), parameter('k', [64, 32, 3, 3]), { stride: 2, padding: 1, outputPadding: 1 })`,
    shape: ['B', 32, 14, 28],
  },
  {
    shows: 'a pooling of overlapping windows',
    program: `maxPool2d(input('x', ['B', 64, 112, 56]), 3, { stride: 2, padding: 1 })`,
    shape: ['B', 64, 56, 28],
  },
  {
    shows: 'a mean over overlapping windows',
    program: `avgPool2d(input('x', ['B', 'C', 8, 8]), [3, 2], { stride: 1 })`,
    shape: ['B', 'C', 6, 7],
  },
  {
    shows: 'images of another size',
    program: `resize2d(input('x', ['B', 3, 'H', 'W']), [224, dim('W')], { method: 'bilinear' })`,
    shape: ['B', 3, 224, 'W'],
  },
  {
    shows: 'channels as pixels',
    program: `pixelShuffle(input('x', ['B', 36, 'H', 16]), 2)`,
    shape: ['B', 9, '2*H', 32],
  },
  {
    shows: 'linear systems of a batch in generic code',
    program: `const whitened = <B, N, K>(covariance: Tensor<[B, N, N]>, points: Tensor<[B, N, K]>) =>
  solve(covariance, triangularSolve(cholesky(covariance), points))
whitened(input('c', ['B', 3, 3]), input('x', ['B', 3, 'K']))`,
    shape: ['B', 3, 'K'],
  },
]
