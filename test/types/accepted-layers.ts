/** Programs that must compile: normalisation, attention and positions. */
import type { AcceptedProgram } from './accepted-program.js'

export const acceptedLayers: readonly AcceptedProgram[] = [
  {
    shows: 'groups of a known number of channels',
    program: `groupNorm(input('x', ['B', 64, 'H', 'W']), parameter('weight', [64]), parameter('bias', [64]), { groups: 8 })`,
    shape: ['B', 64, 'H', 'W'],
  },
  {
    shows: 'groups of symbolic channels',
    program: `groupNorm(input('x', ['B', 'C', 'L']), parameter('weight', ['C']), parameter('bias', ['C']), { groups: 4, epsilon: 1e-6 })`,
    shape: ['B', 'C', 'L'],
  },
  {
    shows: 'one group of channels of any number',
    program: `const normalise = <C>(channels: DimHandle<C>) => groupNormLayer('norm', channels, { groups: 1 })
normalise(dim(64))(input('x', ['B', 64, 32, 32]))`,
    shape: ['B', 64, 32, 32],
  },
  {
    shows: 'norms of images and of signals in generic code',
    program: `const normalise = <B, C, L>(x: Tensor<[B, C, L]>, weight: Tensor<[C]>, bias: Tensor<[C]>) => instanceNorm(x, weight, bias)
normalise(input('x', ['B', 16, 'L']), parameter('weight', [16]), parameter('bias', [16]))`,
    shape: ['B', 16, 'L'],
  },
  {
    shows: 'root mean square norms of generic width',
    program: `const normalise = <B, L, W>(x: Tensor<[B, L, W]>, weight: Tensor<[W]>) => rmsNorm(x, weight, { epsilon: 1e-6 })
normalise(input('x', ['B', 'L', 512]), parameter('weight', [512]))`,
    shape: ['B', 'L', 512],
  },
  {
    shows: 'batch normalisation of rows, by the moments of the batch',
    program: `batchNormOfBatch(input('x', ['B', 64]), parameter('weight', [64]), parameter('bias', [64])).output`,
    shape: ['B', 64],
  },
  {
    shows: 'a block with batch norms, whose state is one record',
    program: `const block = <B, C, H, W>(x: Tensor<[B, C, H, W]>, channels: DimHandle<C>, training: boolean) => {
  const first = statefulBatchNormLayer('bn1', channels, { training })(x)
  const second = statefulBatchNormLayer('bn2', channels, { training })(relu(first.output))
  return { output: second.output, updates: { ...first.updates, ...second.updates } }
}
block(input('x', ['B', 8, 5, 5]), dim(8), true).output`,
    shape: ['B', 8, 5, 5],
  },
  {
    shows: 'attention under a causal mask and padding',
    program: `const attend = multiHeadAttention('attn', { heads: dim(8), headWidth: dim(64) })
attend(input('x', ['B', 'L', 512]), { causal: true, keyMask: input('isToken', ['B', 'L'], 'bool') })`,
    shape: ['B', 'L', 512],
  },
  {
    shows: 'attention with a bias of each head, and rotary positions',
    program: `const attend = multiHeadAttention('attn', { heads: dim(8), headWidth: dim(64) }, { rotary: { base: 5e5 } })
attend(input('x', ['B', 77, 512]), { mask: parameter('bias', [8, 77, 77]) })`,
    shape: ['B', 77, 512],
  },
  {
    shows: 'attention to another sequence in generic code',
    program: `const decode = <H, E>(heads: DimHandle<H>, headWidth: DimHandle<E>) =>
  <B, Q, K>(x: Tensor<[B, Q, MultiplyDims<H, E>]>, memory: Tensor<[B, K, MultiplyDims<H, E>]>) =>
    multiHeadCrossAttention('cross', { heads, headWidth })(x, memory)
decode(dim(8), dim(64))(input('x', ['B', 'Q', 512]), input('memory', ['B', 'K', 512]))`,
    shape: ['B', 'Q', 512],
  },
  {
    shows: 'attention to values of another width',
    program: `scaledDotProductAttention(input('q', ['B', 8, 'Q', 64]), input('k', ['B', 8, 'K', 64]), input('v', ['B', 8, 'K', 32]))`,
    shape: ['B', 8, 'Q', 32],
  },
  {
    shows: 'positions added and positions rotated',
    program: `const x = add(input('x', ['B', 'L', 64]), sinusoidalPositions('L', 64))
rotaryPositions(x, { pairs: 'halves', positions: add(iota(['L'], 0), input('step', [], 'i32')) })`,
    shape: ['B', 'L', 64],
  },
  {
    shows: 'dropout among stages',
    program: `const key = input('key', [2], 'i32')
sequential(dense(784, 128), relu, dropoutLayer({ rate: 0.5, key }), dense(128, 10))(input('x', ['B', 784]), 'mlp')`,
    shape: ['B', 10],
  },
]
