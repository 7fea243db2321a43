/** Programs that must not compile: normalisation, attention and positions. */
import type { RejectedProgram } from './rejected-program.js'

export const rejectedLayers: readonly RejectedProgram[] = [
  {
    mistake: 'groups that do not divide the channels',
    program: `groupNorm(input('x', ['B', 6, 8, 8]), parameter('weight', [6]), parameter('bias', [6]), { groups: 4 })`,
    sentence: 'groupNorm: 6 is not divisible by 4',
  },
  {
    mistake: 'no groups at all',
    program: `groupNorm(input('x', ['B', 6, 8, 8]), parameter('weight', [6]), parameter('bias', [6]), { groups: 0 })`,
    sentence: 'groupNorm: there is 1 group or more',
  },
  {
    mistake: 'groups of a layer that do not divide its channels',
    program: `groupNormLayer('norm', dim(6), { groups: 4 })(input('x', ['B', 6, 8, 8]))`,
    sentence: 'groupNorm: 6 is not divisible by 4',
  },
  {
    mistake: 'gains of other channels',
    program: `groupNorm(input('x', ['B', 6, 8, 8]), parameter('weight', [8]), parameter('bias', [6]), { groups: 2 })`,
    sentence: `Type '8' is not assignable to type '6'`,
    atRunTime: 'groupNorm: weight: expected [6] f32, got [8] f32',
  },
  {
    mistake: 'an instance norm of rows, which have no positions',
    program: `instanceNorm(input('x', ['B', 6]), parameter('weight', [6]), parameter('bias', [6]))`,
    sentence: 'Source has 2 element(s) but target requires 3',
    atRunTime: 'instanceNorm: x is [batch,channels,...], got [B,6]',
  },
  {
    mistake: 'a gain of one number for a whole row',
    program: `rmsNorm(input('x', ['B', 512]), parameter('weight', [1]))`,
    sentence: `Type '1' is not assignable to type '512'`,
    atRunTime: 'rmsNorm: weight: expected [512] f32, got [1] f32',
  },
  {
    mistake: 'padding of another length than the tokens',
    program: `const attend = multiHeadAttention('attn', { heads: dim(2), headWidth: dim(2) })
attend(input('x', ['B', 5, 4]), { keyMask: input('isToken', ['B', 7], 'bool') })`,
    sentence: `Type '7' is not assignable to type '5'`,
    atRunTime: 'attention: keyMask: expected [B,5] bool, got [B,7] bool',
  },
  {
    mistake: 'a bias of other heads',
    program: `const attend = multiHeadAttention('attn', { heads: dim(2), headWidth: dim(2) })
attend(input('x', ['B', 5, 4]), { mask: parameter('bias', [3, 5, 5]) })`,
    sentence: `Type 'Tensor<[3, 5, 5], "f32">' is not assignable to type 'Tensor<[5, 5], "f32"> | Tensor<[2, 5, 5], "f32">`,
    atRunTime: 'attention: mask: expected [2,5,5] f32, got [3,5,5] f32',
  },
  {
    mistake: 'a mask of numbers where it says which keys are tokens',
    program: `const attend = multiHeadAttention('attn', { heads: dim(2), headWidth: dim(2) })
attend(input('x', ['B', 5, 4]), { keyMask: input('isToken', ['B', 5]) })`,
    sentence: `Type '"f32"' is not assignable to type '"bool"'`,
    atRunTime: 'attention: keyMask: expected [B,5] bool, got [B,5] f32',
  },
  {
    mistake: 'a causal mask between two sequences',
    program: `const attend = multiHeadCrossAttention('attn', { heads: dim(2), headWidth: dim(2) })
attend(input('x', ['B', 5, 4]), input('memory', ['B', 7, 4]), { causal: true })`,
    sentence: `'causal' does not exist`,
    atRunTime: 'attention: a causal mask needs as many keys as queries, got 7 and 5',
  },
  {
    mistake: 'a memory of another width',
    program: `const attend = multiHeadCrossAttention('attn', { heads: dim(2), headWidth: dim(2) })
attend(input('x', ['B', 5, 4]), input('memory', ['B', 7, 6]))`,
    sentence: `Type '6' is not assignable to type '4'`,
    atRunTime: 'linear: x has 6 inputs, the weight [outputs,inputs] takes 4',
  },
  {
    mistake: 'positions of another length than the rows',
    program: `rotaryPositions(input('x', ['B', 5, 4]), { positions: input('at', [7], 'i32') })`,
    sentence: `Type '7' is not assignable to type '5'`,
    atRunTime: 'rotaryPositions: positions: expected [5] i32, got [7] i32',
  },
]
