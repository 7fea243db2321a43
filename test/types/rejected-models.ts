/** Programs that must not compile: models of stages. */
import type { RejectedProgram } from './rejected-program.js'

export const rejectedModels: readonly RejectedProgram[] = [
  {
    mistake: 'stages in the wrong order',
    program: `sequential(dense(128, 10), dense(784, 128))(input('x', ['B', 784]), 'mlp')`,
    sentence: `Type '10' is not assignable to type '784'`,
    atRunTime: 'linear: x has 784 inputs, the weight [outputs,inputs] takes 128',
  },
  {
    mistake: 'a stage of another width after an activation',
    program: `sequential(dense(784, 128), relu, dense(64, 10))(input('x', ['B', 784]), 'mlp')`,
    sentence: `Type '128' is not assignable to type '64'`,
    atRunTime: 'linear: x has 128 inputs, the weight [outputs,inputs] takes 64',
  },
  {
    mistake: 'a stage of another width inside a model that is itself a stage',
    program: `sequential(dense(8, 16), sequential(dense(32, 16), relu), dense(16, 4))(input('x', ['B', 8]), 'mlp')`,
    sentence: `Type '16' is not assignable to type '32'`,
    atRunTime: 'linear: x has 16 inputs, the weight [outputs,inputs] takes 32',
  },
  {
    mistake: 'a model applied to another width',
    program: `sequential(dense(784, 128), relu, dense(128, 10))(input('x', ['B', 768]), 'mlp')`,
    sentence: `Type '768' is not assignable to type '784'`,
    atRunTime: 'linear: x has 768 inputs, the weight [outputs,inputs] takes 784',
  },
  {
    mistake: 'a model without a name for its parameters',
    program: `sequential(dense(784, 128), relu)(input('x', ['B', 784]))`,
    sentence: `Expected 2 arguments, but got 1`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a residual block that changes the width',
    program: `residual(dense(64, 32))(input('x', ['B', 64]), 'block')`,
    sentence: `Type '32' is not assignable to type '64'`,
    atRunTime: 'dims 64 and 32 do not broadcast in [B,64] and [B,32]',
  },
  {
    mistake: 'a stack of blocks that change the width',
    program: `layerStack(12, dense(64, 32))(input('x', ['B', 64]), 'blocks')`,
    sentence: `Type '32' is not assignable to type '64'`,
    atRunTime: 'linear: x has 32 inputs, the weight [outputs,inputs] takes 64',
  },
  {
    mistake: 'a dense layer of a size that is only a number to the compiler',
    program: `const n: number = 3; dense(n, 10)(input('x', ['B', 3]), 'head')`,
    sentence: 'dims must be literal types',
    atRunTime: 'accepts',
  },
]
