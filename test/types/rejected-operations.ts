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
]
