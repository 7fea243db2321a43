/** Programs that must not compile: matrix products, elementwise operations, dims and axes. */
import type { RejectedProgram } from './rejected-program.js'

export const rejectedArithmetic: readonly RejectedProgram[] = [
  // ---- matrix products
  {
    mistake: 'inner dims of a matrix product',
    program: `matmul(input('x', ['B', 77, 512]), parameter('w', [768, 10]))`,
    sentence: 'matmul: inner dims 512 and 768 differ',
  },
  {
    mistake: 'a vector where a matrix is needed, left',
    program: `matmul(input('x', [512]), parameter('w', [512, 10]))`,
    sentence: 'matmul: left operand [512] needs rank >= 2',
  },
  {
    mistake: 'a vector where a matrix is needed, right',
    program: `matmul(input('x', ['B', 512]), parameter('w', [512]))`,
    sentence: 'matmul: right operand [512] needs rank >= 2',
  },
  {
    mistake: 'batches of a matrix product that do not broadcast',
    program: `matmul(input('x', [2, 8, 77, 64]), input('y', [3, 8, 64, 77]))`,
    sentence: 'dims 2 and 3 do not broadcast in [2,8] and [3,8]',
  },
  {
    mistake: 'a matrix product of whole numbers',
    program: `matmul(input('x', ['B', 3], 'i32'), input('y', [3, 4], 'i32'))`,
    sentence: `Type '"i32"' is not assignable to type '"f32"'`,
    atRunTime: 'matmul: needs f32, got i32',
  },
  {
    mistake: 'a weight of another width in a linear layer',
    program: `linear(input('x', ['B', 77, 512]), parameter('w', [10, 768]))`,
    sentence: 'linear: x has 512 inputs, the weight [outputs,inputs] takes 768',
  },
  {
    mistake: 'a bias of another width in a linear layer',
    program: `linear(input('x', ['B', 512]), parameter('w', [10, 512]), parameter('b', [11]))`,
    sentence: 'dims 10 and 11 do not broadcast in [B,10] and [11]',
  },

  // ---- elementwise operations
  {
    mistake: 'axes in another order',
    program: `add(input('x', ['B', 77, 512]), input('y', ['B', 512, 77]))`,
    sentence: 'dims 512 and 77 do not broadcast in [B,77,512] and [B,512,77]',
  },
  {
    mistake: 'two batches that may have different sizes',
    program: `mul(input('x', ['B', 512]), input('y', ['N', 512]))`,
    sentence: 'dims B and N do not broadcast in [B,512] and [N,512]',
  },
  {
    mistake: 'a bias of another width',
    program: `add(input('x', ['B', 77, 512]), parameter('bias', [77]))`,
    sentence: 'dims 512 and 77 do not broadcast in [B,77,512] and [77]',
  },
  {
    mistake: 'an axis that was reduced without keepDims',
    program: `const x = input('x', ['B', 77, 512]); sub(x, mean(x, -1))`,
    sentence: 'dims 512 and 77 do not broadcast in [B,77,512] and [B,77]',
  },
  {
    mistake: 'floating and whole numbers mixed',
    program: `add(input('x', ['B', 3]), input('n', ['B', 3], 'i32'))`,
    sentence: 'element types f32 and i32 differ; use cast',
  },
  {
    mistake: 'arithmetic on conditions',
    program: `mul(less(input('x', ['B']), 0), less(input('y', ['B']), 0))`,
    sentence: `"bool"`,
    atRunTime: 'mul: needs f32 or i32, got bool',
  },
  {
    mistake: 'an exponential of whole numbers',
    program: `exp(input('n', ['B'], 'i32'))`,
    sentence: `Type '"i32"' is not assignable to type '"f32"'`,
    atRunTime: 'exp: needs f32, got i32',
  },
  {
    mistake: 'a condition that is not one',
    program: `where(input('x', ['B', 3]), 0, input('y', ['B', 3]))`,
    sentence: `Type '"f32"' is not assignable to type '"bool"'`,
    atRunTime: 'where: needs bool, got f32',
  },
  {
    mistake: 'a condition of another shape',
    program: `where(input('mask', ['B', 77], 'bool'), 0, input('x', ['B', 50]))`,
    sentence: 'dims 50 and 77 do not broadcast in [B,50] and [B,77]',
  },

  // ---- dims
  {
    mistake: 'a bare number as a dim',
    program: `const n: number = 7; input('x', ['B', n])`,
    sentence: `dims must be literal types; name a size that is known at run time, sized('V', n), or bind it with withDim`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a bare string as a dim',
    program: `const name: string = 'B'; input('x', [name, 3])`,
    sentence: `dims must be literal types; name a size that is known at run time, sized('V', n), or bind it with withDim`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a dim that is one of two',
    program: `const b: 'B' | 'K' = Math.random() < 2 ? 'B' : 'K'; dim<'B' | 'K'>(b)`,
    sentence: `dims must be literal types; name a size that is known at run time, sized('V', n), or bind it with withDim`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a shape of unknown length',
    program: `const shape: number[] = [2, 3]; parameter('w', shape)`,
    sentence: `dims must be literal types; name a size that is known at run time, sized('V', n), or bind it with withDim`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a negative size',
    program: `parameter('w', [3, -1])`,
    sentence: `dim '-1' is neither a size nor a symbol`,
  },
  {
    mistake: 'a size that is not whole',
    program: `parameter('w', [2.5])`,
    sentence: `dim '2.5' is neither a size nor a symbol`,
  },
  {
    mistake: 'a symbol with a space in it',
    program: `input('x', ['my batch', 3])`,
    sentence: `dim 'my batch' is neither a size nor a symbol`,
  },
  {
    mistake: 'a product that lacks a factor',
    program: `causalMask('2*')`,
    sentence: `dim '2*' is neither a size nor a symbol`,
  },
  {
    mistake: 'a name that begins with a digit',
    program: `input('x', ['2B', 3])`,
    sentence: `dim '2B' is neither a size nor a symbol`,
  },
  {
    mistake: 'a difference of dims',
    program: `slice(input('x', ['B', 'L']), 1, 0, 'L-1')`,
    sentence: `dim 'L-1' is neither a size nor a symbol; there is no subtraction: name the shorter one 'L' and the longer one 'L+1'`,
  },
  {
    mistake: 'a batch that is one shorter',
    program: `input('x', ['B-1', 2])`,
    sentence: `dim 'B-1' is neither a size nor a symbol; there is no subtraction`,
  },
  {
    mistake: 'a power of a dim',
    program: `input('x', ['L^2'])`,
    sentence: `dim 'L^2' is neither a size nor a symbol; a symbol is made of letters, digits, _ . and '`,
  },
  {
    mistake: 'a dim that is only a question',
    program: `input('x', ['?', 3])`,
    sentence: `dim '?' is neither a size nor a symbol; a symbol is made of letters, digits, _ . and '`,
  },
  {
    mistake: 'an expression of numbers alone',
    program: `input('x', ['2*3', 'B'])`,
    sentence: `dim '2*3' is neither a size nor a symbol`,
  },
  {
    mistake: 'a parenthesis that does not close',
    program: `input('x', ['2*(L+4', 'B'])`,
    sentence: `dim '2*(L+4' is neither a size nor a symbol`,
  },
  {
    mistake: 'a number in quotation marks',
    program: `input('x', ['B', '3'])`,
    sentence: `dim '3' is neither a size nor a symbol`,
  },
  {
    mistake: 'a handle of a size that is only a number to the compiler',
    program: `const classes = ['cat', 'dog']; dim(classes.length)`,
    sentence: `dims must be literal types; name a size that is known at run time, sized('V', n), or bind it with withDim`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a run-time dim that leaves its scope',
    program: `const escaped: Tensor<['K', 3]> = withDim(7, (k) => input('x', [k, 3])); escaped`,
    sentence: `Type 'Dim' is not assignable to type 'K'`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'two run-time dims, even if they happen to be equal',
    program: `withDim(7, (k) => withDim(7, (n) => add(input('x', [k, 3]), input('y', [n, 3]))))`,
    sentence: 'do not broadcast',
    atRunTime: 'accepts',
  },

  // ---- axes
  {
    mistake: 'an axis that is not there',
    program: `softmax(input('x', ['B', 77, 512]), 3)`,
    sentence: 'axis 3 is not in [B,77,512]',
  },
  {
    mistake: 'an axis counted too far from the end',
    program: `sum(input('x', ['B', 77, 512]), -4)`,
    sentence: 'axis -4 is not in [B,77,512]',
  },
  {
    mistake: 'one axis reduced twice',
    program: `mean(input('x', ['B', 77]), [1, -1])`,
    sentence: 'axes [1,-1] of [B,77] name one axis twice',
  },
  {
    mistake: 'an axis that is only a number to the compiler',
    program: `const last: number = 1; max(input('x', ['B', 77]), last)`,
    sentence: 'an axis must be a literal number',
    atRunTime: 'accepts',
  },
  {
    mistake: 'a new axis beyond the end',
    program: `expandDims(input('x', ['B', 77]), 3)`,
    sentence: 'axis 3 is not in [B,77]',
  },
  {
    mistake: 'an axis dropped that is not of size 1',
    program: `squeeze(input('x', ['B', 77, 512]), 1)`,
    sentence: 'squeeze: axis 1 of [B,77,512] is 77, not 1',
  },
  {
    mistake: 'a permutation that forgets an axis',
    program: `transpose(input('x', ['B', 3, 224, 224]), [0, 2, 2, 1])`,
    sentence: 'transpose: [0,2,2,1] is not a permutation of the axes of [B,3,224,224]',
  },
  {
    mistake: 'a permutation of fewer axes',
    program: `transpose(input('x', ['B', 77, 512]), [1, 0])`,
    sentence: 'transpose: [1,0] is not a permutation of the axes of [B,77,512]',
  },
]
