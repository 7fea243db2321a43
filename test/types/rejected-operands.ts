/**
 * Programs that must not compile: operands and arguments whose primitives would take them, though what the function
 * promises would not hold. Most were found by the fuzzer, each is the smallest such case.
 */
import type { RejectedProgram } from './rejected-program.js'

export const rejectedOperands: readonly RejectedProgram[] = [
  // ---- operands that share dims
  {
    mistake: 'one index for all rows',
    program: `takeElement(input('x', ['B', 'K']), input('ids', [1], 'i32'))`,
    sentence: `Type '1' is not assignable to type '"B"'`,
    atRunTime: 'takeElement: indices: expected [B] i32, got [1] i32',
  },
  {
    mistake: 'a position for another number of matrices',
    program: `takeRow(input('x', [1, 77, 512]), input('end', ['B'], 'i32'))`,
    sentence: `Type '"B"' is not assignable to type '1'`,
    atRunTime: 'takeRow: indices: expected [1] i32, got [B] i32',
  },
  {
    mistake: 'an embedding from a table of matrices',
    program: `embedding(input('table', ['V', 4, 512]), input('ids', ['B'], 'i32'))`,
    sentence: 'Source has 3 element(s) but target allows only 2',
    atRunTime: 'embedding: table: expected [vocabulary,width] f32 or i32 or bool, got [V,4,512] f32',
  },
  {
    mistake: 'the norm of a number',
    program: `l2Normalize(scalar(3))`,
    sentence: 'axis -1 is not in []',
  },
  {
    mistake: 'a norm along an axis that is not there',
    program: `l2Norm(input('x', ['B', 512]), { axis: 2 })`,
    sentence: 'axis 2 is not in [B,512]',
  },
  {
    mistake: 'indices of another number of updates',
    program: `scatterAdd(input('x', ['N', 4, 8]), input('at', ['M'], 'i32'), 0, 10)`,
    sentence: 'scatterAdd: indices [M] do not match [N,4,8] at axis 0',
  },
  {
    mistake: 'indices of rows at another axis',
    program: `scatterAdd(input('x', ['N', 4, 8]), input('at', ['N'], 'i32'), 1, 10)`,
    sentence: 'scatterAdd: indices [N] do not match [N,4,8] at axis 1',
  },
  {
    mistake: 'largest updates by indices of another number of them',
    program: `scatterMax(input('x', ['N', 4, 8]), input('at', ['M'], 'i32'), 0, 10)`,
    sentence: 'scatterMax: indices [M] do not match [N,4,8] at axis 0',
  },
  {
    mistake: 'updates of another number than their indices',
    program: `scatter(input('x', ['N', 8]), input('rows', [3, 8]), input('at', [2], 'i32'), 0)`,
    sentence: 'scatter: updates are [3,8], not [2,8]',
  },
  {
    mistake: 'segments of another number of rows',
    program: `segmentSum(input('x', ['N', 8]), input('ids', ['M'], 'i32'), 'K')`,
    sentence: `Type '"M"' is not assignable to type '"N"'`,
    atRunTime: 'segmentSum: segmentIds: expected [N] i32, got [M] i32',
  },
  {
    mistake: 'decays of another shape than what they are multiplied with',
    program: `linearRecurrence(input('a', ['B', 'T', 1]), input('x', ['B', 'T', 16]), 1)`,
    sentence: `Type '16' is not assignable to type '1'`,
    atRunTime: 'linearRecurrence: shapes [B,T,1] and [B,T,16] differ',
  },
  {
    mistake: 'a sum along an axis that is not there',
    program: `cumsum(input('x', ['B', 'T']), 2)`,
    sentence: 'axis 2 is not in [B,T]',
  },
  {
    mistake: 'sorting along an axis that is not there',
    program: `sort(input('x', ['B', 'T']), -3)`,
    sentence: 'axis -3 is not in [B,T]',
  },
  {
    mistake: 'more positions than an axis has, from wherever',
    program: `dynamicSlice(input('x', ['B', 8]), input('start', [], 'i32'), 1, 9)`,
    sentence: 'slice: positions 0 to 9 are not in axis 1 of [B,8]',
  },
  {
    mistake: 'an update of another batch',
    program: `dynamicUpdateSlice(input('x', ['B', 8]), input('part', ['C', 2]), input('start', [], 'i32'), 1)`,
    sentence: 'dynamicUpdateSlice axis 1: [B,8] and update [C,2] differ off that axis',
  },
  {
    mistake: 'indices without the axis that they index',
    program: `takeAlongAxis(input('x', ['B', 10]), input('labels', ['B'], 'i32'), 1)`,
    sentence: 'takeAlongAxis axis 1: [B,10] and indices [B] differ off that axis',
  },
  {
    mistake: 'indices that would have to broadcast off the axis',
    program: `takeAlongAxis(input('x', ['B', 10, 8]), input('at', ['B', 3, 1], 'i32'), 1)`,
    sentence: 'takeAlongAxis axis 1: [B,10,8] and indices [B,3,1] differ off that axis',
  },
  {
    mistake: 'elements taken along an axis that is not there',
    program: `takeAlongAxis(input('x', ['B', 10]), input('at', ['B', 2], 'i32'), -3)`,
    sentence: 'axis -3 is not in [B,10]',
  },
  {
    mistake: 'moments of a batch norm that are one for all channels',
    program: `const [c, one] = [input('c', [8]), input('one', [1])]
batchNorm(input('x', ['B', 8, 5, 5]), { weight: c, bias: c, mean: one, variance: c })`,
    sentence: `Type '1' is not assignable to type '8'`,
    atRunTime: 'batchNorm: mean: expected [8] f32, got [1] f32',
  },
  {
    mistake: 'a stack of matrices as the weight of a linear layer',
    program: `linear(input('x', ['B', 512]), parameter('w', [3, 10, 512]))`,
    sentence: 'linear: a weight is [outputs,inputs]',
    atRunTime: 'linear: weight: expected [outputs,inputs] f32, got [3,10,512] f32',
  },
  {
    mistake: 'a bias wider than the outputs of a linear layer',
    program: `linear(input('x', ['B', 512]), parameter('w', [1, 512]), parameter('b', [10]))`,
    sentence: 'dims 1 and 10 do not broadcast in [B,1] and [10]',
    atRunTime: 'linear: bias: expected [1] f32, got [10] f32',
  },
  {
    mistake: 'a target that would have to broadcast',
    program: `meanSquaredError(input('y', ['B', 3]), input('target', [1, 3]))`,
    sentence: `Type '1' is not assignable to type '"B"'`,
    atRunTime: 'meanSquaredError: target: expected [B,3] f32, got [1,3] f32',
  },
  {
    mistake: 'one distribution against a batch',
    program: `klDivergence(input('p', ['B', 65]), input('q', [65]))`,
    sentence: 'Source has 1 element(s) but target requires 2',
    atRunTime: 'klDivergence: qLogits: expected [B,65] f32, got [65] f32',
  },
  {
    mistake: 'logits of batches of batches',
    program: `entropy(input('logits', ['A', 'B', 'K']))`,
    sentence: 'Source has 3 element(s) but target allows only 2',
    atRunTime: 'entropy: logits: expected [batch,classes] f32, got [A,B,K] f32',
  },

  // ---- element types
  {
    mistake: 'conditions in an order',
    program: `less(input('x', ['B'], 'bool'), 1)`,
    sentence: `"bool"`,
    atRunTime: 'less: needs f32 or i32, got bool',
  },
  {
    mistake: 'the largest of conditions',
    program: `argMax(input('x', ['B', 'K'], 'bool'), -1)`,
    sentence: `Type '"bool"' is not assignable to type '"f32" | "i32"'`,
    atRunTime: 'argMax: needs f32 or i32, got bool',
  },
  {
    mistake: 'a mean of a whole number over no axes',
    program: `mean(input('n', [], 'i32'))`,
    sentence: `Type '"i32"' is not assignable to type '"f32"'`,
    atRunTime: 'mean: needs f32, got i32',
  },
  {
    mistake: 'an einsum of whole numbers',
    program: `einsumOne('a b -> b a', input('n', [2, 3], 'i32'))`,
    sentence: `Type '"i32"' is not assignable to type '"f32"'`,
    atRunTime: 'einsum: needs f32, got i32',
  },

  // ---- axes, counts and positions
  {
    mistake: 'the largest of none',
    program: `argMax(input('x', ['B', 0]), -1)`,
    sentence: 'argMax: axis 1 of [B,0] is empty',
  },
  {
    mistake: 'elements counted along an axis that is not there',
    program: `count(input('x', ['B', 77]), 2)`,
    sentence: 'axis 2 is not in [B,77]',
  },
  {
    mistake: 'one tensor joined along an axis that is not there',
    program: `concat([input('x', ['B'])], 1)`,
    sentence: 'axis 1 is not in [B]',
  },
  {
    mistake: 'an axis renamed that is not there',
    program: `rename(input('x', ['B']), 1, dim('N'))`,
    sentence: 'axis 1 is not in [B]',
  },
  {
    mistake: 'a new axis between two places',
    program: `expandDims(input('x', ['B']), 0.5)`,
    sentence: 'axis 0.5 is not in [B]',
  },
  {
    mistake: 'a vector transposed as a matrix',
    program: `transposeLast(input('x', ['B']))`,
    sentence: 'Source has 1 element(s) but target requires 2',
    atRunTime: 'transposeLast: [B] needs rank >= 2',
  },
  {
    mistake: 'fewer tensors than a stack is said to have',
    program: `stack([input('a', ['B']), input('b', ['B'])], 0, { count: 3 })`,
    sentence: 'stack: 2 tensors are not 3',
  },
  {
    mistake: 'a slice beyond the end, by handles',
    program: `slice(input('x', ['B', 77]), 1, dim(70), dim(10))`,
    sentence: 'slice: positions 70 to 80 are not in axis 1 of [B,77]',
  },
  {
    mistake: 'a slice from between two positions',
    program: `slice(input('x', ['B', 77]), 1, 0.5, 10)`,
    sentence: `dim '0.5' is neither a size nor a symbol`,
  },
  {
    mistake: 'a position between two others',
    program: `select(input('x', ['B', 77]), 1, 0.5)`,
    sentence: 'select: index 0.5 is not in axis 1 of [B,77]',
  },
  {
    mistake: 'a kernel without any width',
    program: `conv2d(input('x', ['B', 3, 8, 8]), parameter('w', [16, 3, 3, 0]))`,
    sentence: 'conv2d: a kernel of 0 does not fit into 8 with padding 0',
  },
  {
    mistake: 'a convolution that does not step on',
    program: `conv2d(input('x', ['B', 3, 8, 8]), parameter('w', [16, 3, 3, 3]), { stride: 0 })`,
    sentence: 'conv2d: a stride is 1 or more',
  },
  {
    mistake: 'a given size that is not whole',
    program: `rearrange(input('x', [12]), '(h d) -> h d', { h: 2.5 })`,
    sentence: `dim '2.5' is neither a size nor a symbol`,
    atRunTime: '(h d) -> h d: 12 is not divisible by 2.5',
  },
  {
    mistake: 'windows of negative size',
    program: `avgPool2d(input('x', ['B', 3, 'R', 'R']), -2)`,
    sentence: `dim '-2' is neither a size nor a symbol`,
    atRunTime: `dim 'R/-2' is neither a size nor a symbol`,
  },

  {
    mistake: 'a number of parts that is not whole',
    program: `split(input('x', ['K']), 0, 7.5)[0]`,
    sentence: `dim '7.5' is neither a size nor a symbol`,
  },
  {
    mistake: 'a product with a dim that is none',
    program: `full([times(dim(-6), dim('D'))], 1)`,
    sentence: `dim '-6' is neither a size nor a symbol`,
    atRunTime: `dim 'NaN' is neither a size nor a symbol`,
  },

  // ---- specs
  {
    mistake: 'three operands of an einsum',
    program: `einsum('a, b, c -> a', input('x', [2]), input('y', [3, 4]))`,
    sentence: `a, b, c -> a: expected two operands, as in 'a b, b c -> a c'`,
  },
  {
    mistake: 'an axis split by a symbol that may not divide it',
    program: `rearrange(input('x', ['B', 'D']), 'b (h e) -> b h e', { h: 'H' })`,
    sentence: 'b (h e) -> b h e: cannot divide D by H',
  },
]
