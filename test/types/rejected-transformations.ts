/** Programs that must not compile: functions of one example, replaced parameters. */
import type { RejectedProgram } from './rejected-program.js'

export const rejectedTransformations: readonly RejectedProgram[] = [
  {
    mistake: 'batches with different numbers of examples',
    program: `vmap((x, y) => mul(x, y), input('xs', ['B', 3]), input('ys', [8, 3]))`,
    sentence: 'vmap: the arguments hold B and 8 examples',
  },
  {
    mistake: 'a batch without an axis of examples',
    program: `vmap((x) => x, parameter('scale', []))`,
    sentence: 'vmap: an argument [] has no axis of examples',
  },
  {
    mistake: 'a function of examples of another shape',
    program: `vmap((x: Tensor<[4]>) => mul(x, parameter('w', [4])), input('xs', ['B', 3]))`,
    sentence: `Type '[3]' is not assignable to type '[4]'`,
    atRunTime: 'dims 3 and 4 do not broadcast in [3] and [4]',
  },
  {
    mistake: 'a batch where the function takes one example',
    program: `vmap((x) => matmul(x, parameter('w', [3, 5])), input('xs', ['B', 3]))`,
    sentence: 'matmul: left operand [3] needs rank >= 2',
  },
  {
    mistake: 'a replacement of another shape',
    program: `const w = parameter('w', [10, 512])
substitute(sum(w), [replacement(w, parameter('v', [512, 10]))])`,
    sentence: `Type '512' is not assignable to type '10'`,
    atRunTime: `substitute: parameter 'w' f32 [10,512] cannot be replaced by f32 [512,10]`,
  },
  {
    mistake: 'a replacement of another element type',
    program: `const w = parameter('w', [3])
substitute(sum(w), [replacement(w, parameter('v', [3], 'i32'))])`,
    sentence: `'"i32"' is not assignable to type '"f32"'`,
    atRunTime: `substitute: parameter 'w' f32 [3] cannot be replaced by i32 [3]`,
  },
  {
    mistake: 'a gradient of another shape than its input',
    program: `const x = input('x', [2, 3])
withGradient(round(x), [x], (cotangent) => [sum(cotangent, 0)])`,
    sentence: `Type 'Tensor<[3], "f32">' is not assignable to type 'Tensor<[2, 3], "f32">'`,
    atRunTime: 'withGradient: input 0 is [2,3], but its gradient f32 [3]',
  },
  {
    mistake: 'a checkpoint of a function of other shapes',
    program: `checkpoint((x: Tensor<[4]>) => tanh(mul(x, parameter('w', [4]))), input('x', [3]))`,
    sentence: `Type '3' is not assignable to type '4'`,
    atRunTime: 'dims 3 and 4 do not broadcast in [3] and [4]',
  },
  {
    mistake: 'a condition of a loop for each element',
    program: `whileLoop({ carry: input('x', [3]), bound: 9 }, (x) => less(x, 1), (x) => mul(x, 2))`,
    sentence: `Type 'Tensor<[3], "bool">' is not assignable to type 'Tensor<[], "bool">'`,
    atRunTime: 'whileLoop: the condition is bool [3], not bool []',
  },
  {
    mistake: 'a loop whose carry grows',
    program: `whileLoop({ carry: input('x', ['B', 3]), bound: 9 }, (x) => less(sum(x), 1), (x) => concat([x, x], 1))`,
    sentence: 'scan: carry is [B,3], but [B,6] after a step',
  },
]
