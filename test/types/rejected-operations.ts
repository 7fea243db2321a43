/** Programs that must not compile: reductions, diagonals, orders, repetitions and grids. */
import type { RejectedProgram } from './rejected-program.js'

export const rejectedOperations: readonly RejectedProgram[] = [
  {
    mistake: 'a remainder of two element types',
    program: `mod(input('x', ['B'], 'i32'), input('y', ['B']))`,
    sentence: 'element types i32 and f32 differ; use cast',
  },
  {
    mistake: 'a standard deviation over an axis that is not there',
    program: `std(input('x', ['B', 64]), 2, { correction: 1 })`,
    sentence: 'axis 2 is not in [B,64]',
  },
  {
    mistake: 'a norm over one axis twice',
    program: `norm(input('x', ['B', 64]), [1, -1])`,
    sentence: 'axes [1,-1] of [B,64] name one axis twice',
  },
  {
    mistake: 'the smallest of nothing',
    program: `argMin(input('x', ['B', 0]), 1)`,
    sentence: 'argMin: axis 1 of [B,0] is empty',
  },
  {
    mistake: 'the diagonal of a matrix that is not square',
    program: `diagonal(input('x', ['B', 2, 3]))`,
    sentence: 'diagonal: [B,2,3] is not square',
  },
  {
    mistake: 'the trace of a vector',
    program: `trace(input('x', [3]))`,
    sentence: 'trace: [3] needs rank >= 2',
  },
  {
    mistake: 'an axis moved to a place that is not there',
    program: `moveAxis(input('x', ['B', 3, 8]), 0, 3)`,
    sentence: 'axis 3 is not in [B,3,8]',
  },
  {
    mistake: 'an axis exchanged with one that is not there',
    program: `swapAxes(input('x', ['B', 3]), 0, -3)`,
    sentence: 'axis -3 is not in [B,3]',
  },
  {
    mistake: 'a flip along an axis that is not there',
    program: `flip(input('x', ['B', 3]), 2)`,
    sentence: 'axis 2 is not in [B,3]',
  },
  {
    mistake: 'a repetition by a half',
    program: `repeat(input('x', ['B', 3]), 1, 2.5)`,
    sentence: `dim '2.5' is neither a size nor a symbol`,
  },
  {
    mistake: 'fewer counts than axes',
    program: `tile(input('x', ['B', 3, 4]), [2, 3])`,
    sentence: 'tile: [2,3] are counts of 2 axes, [B,3,4] has 3',
  },
  {
    mistake: 'a grid of a matrix',
    program: `meshgrid([arange(3), input('x', ['B', 3])])[0]`,
    sentence: 'meshgrid: the tensors have one axis each, got [B,3]',
  },

  // ---- images
  {
    mistake: 'groups that are not those of the kernels',
    program: `conv2d(input('x', ['B', 96, 56, 56]), parameter('k', [96, 3, 7, 7]), { groups: 96 })`,
    sentence: 'conv2d: channels 96 are not 96 groups of 3',
  },
  {
    mistake: 'outputs that the groups do not divide',
    program: `conv2d(input('x', ['B', 4, 8, 8]), parameter('k', [7, 2, 3, 3]), { groups: 2 })`,
    sentence: 'conv2d: 7 is not divisible by 2',
  },
  {
    mistake: 'a dilation that stretches a kernel beyond the image',
    program: `conv2d(input('x', ['B', 3, 8, 8]), parameter('k', [7, 3, 3, 3]), { dilation: [1, 4] })`,
    sentence: 'conv2d: a kernel of 3 does not fit into 8 with padding 0',
  },
  {
    mistake: 'a kernel for images on signals',
    program: `conv1d(input('x', ['B', 3, 8]), parameter('k', [7, 3, 3, 3]))`,
    sentence: 'conv1d: kernels are [outputs,channels,length], got [7,3,3,3]',
  },
  {
    mistake: 'the kernels of a convolution on its transpose',
    program: `convTranspose2d(input('x', ['B', 64, 8, 8]), parameter('k', [32, 64, 3, 3]))`,
    sentence: 'convTranspose2d: channels 64 and 32 differ',
  },
  {
    mistake: 'windows larger than the image',
    program: `maxPool2d(input('x', ['B', 3, 2, 2]), 3)`,
    sentence: 'maxPool2d: a kernel of 3 does not fit into 2 with padding 0',
  },
  {
    mistake: 'an image without a batch resized',
    program: `resize2d(input('x', [3, 8, 8]), [16, 16])`,
    sentence: 'resize2d: images are [batch,channels,height,width], got [3,8,8]',
  },
  {
    mistake: 'channels that do not make whole pixels',
    program: `pixelShuffle(input('x', ['B', 6, 8, 8]), 2)`,
    sentence: 'b (c r s) h w -> b c (h r) (w s): 6 is not divisible by 4',
  },
  {
    mistake: 'the Cholesky factor of a matrix that is not square',
    program: `cholesky(input('x', ['B', 3, 4]))`,
    sentence: 'cholesky: [B,3,4] is not square',
  },
  {
    mistake: 'a linear system with a right side of another length',
    program: `solve(input('a', ['B', 3, 3]), input('b', ['B', 4, 1]))`,
    sentence: 'solve: [B,3,3] times a matrix is never [B,4,1]',
  },
  {
    mistake: 'a triangular system with a vector as its right side',
    program: `triangularSolve(input('a', [3, 3]), input('b', [3]))`,
    sentence: 'triangularSolve: [3,3] times a matrix is never [3]',
  },
  {
    mistake: 'a linear system of a matrix that is not square',
    program: `solve(input('a', [3, 4]), input('b', [3, 1]))`,
    sentence: 'solve: [3,4] is not square',
  },
]
