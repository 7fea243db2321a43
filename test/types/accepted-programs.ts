/** Programs that must compile, by what they show. */
import type { AcceptedProgram } from './accepted-program.js'

export const acceptedPrograms: readonly AcceptedProgram[] = [
  // ---- matrix products
  {
    shows: 'a matrix product with a symbolic batch',
    program: `matmul(input('x', ['B', 77, 512]), parameter('w', [512, 768]))`,
    shape: ['B', 77, 768],
  },
  {
    shows: 'batches of matrices broadcast',
    program: `matmul(input('x', ['B', 1, 77, 64]), input('y', [8, 64, 77]))`,
    shape: ['B', 8, 77, 77],
  },
  {
    shows: 'a linear layer takes any leading axes, none as well',
    program: `linear(input('x', [512]), parameter('w', [10, 512]), parameter('b', [10]))`,
    shape: [10],
  },
  {
    shows: 'symbols as inner dims',
    program: `matmul(input('x', ['B', 'D']), parameter('w', ['D', 'E']))`,
    shape: ['B', 'E'],
  },

  // ---- loops
  {
    shows: 'a loop stacks the outputs along its axis',
    program: `scan({ carry: full(['B', 3], 0), sequences: input('x', ['B', 'T', 3]), axis: 1 }, (h, at) => ({ carry: add(h, at), outputs: h })).outputs`,
    shape: ['B', 'T', 3],
  },
  {
    shows: 'a loop takes records, tuples and axes from the end',
    program: `scan({ carry: { h: full(['B'], 0) }, sequences: [input('x', ['B', 7]), input('y', ['B', 2, 7])], axis: -1 }, ({ h }, [x, y]) => ({ carry: { h: add(h, x) }, outputs: { y } })).outputs.y`,
    shape: ['B', 2, 7],
  },
  {
    shows: 'a loop gives its last carry',
    program: `scan({ carry: [scalar(0), scalar(0, 'i32')], sequences: iota(['T'], 0) }, ([s, n], t) => ({ carry: [add(s, cast(t, 'f32')), n] })).carry[0]`,
    shape: [],
  },

  // ---- elementwise operations
  {
    shows: 'a bias is added to every row',
    program: `add(input('x', ['B', 77, 512]), parameter('bias', [512]))`,
    shape: ['B', 77, 512],
  },
  {
    shows: 'axes of size 1 stretch on both sides',
    program: `mul(input('x', ['B', 1, 512]), input('y', [1, 77, 1]))`,
    shape: ['B', 77, 512],
  },
  {
    shows: 'numbers stand on either side',
    program: `sub(1, mul(input('x', ['B', 3]), 0.5))`,
    shape: ['B', 3],
  },
  {
    shows: 'a scalar goes with any shape',
    program: `mul(scalar(2), input('x', ['B', 'L', 3]))`,
    shape: ['B', 'L', 3],
  },
  {
    shows: 'a comparison gives conditions, a cast makes numbers of them',
    program: `cast(equal(argMax(input('logits', ['B', 'K']), -1), input('labels', ['B'], 'i32')), 'f32')`,
    shape: ['B'],
  },
  {
    shows: 'a condition broadcasts',
    program: `where(input('mask', [77], 'bool'), input('x', ['B', 77]), 0)`,
    shape: ['B', 77],
  },
  {
    shows: 'what keepDims leaves broadcasts back',
    program: `const x = input('x', ['B', 77, 512]); div(sub(x, mean(x, -1, { keepDims: true })), sqrt(add(variance(x, -1, { keepDims: true }), 1e-5)))`,
    shape: ['B', 77, 512],
  },
  {
    shows: 'whole numbers have their arithmetic',
    program: `add(input('n', ['B'], 'i32'), 1)`,
    shape: ['B'],
  },

  // ---- reductions
  { shows: 'a sum over everything', program: `sum(input('x', ['B', 77, 512]))`, shape: [] },
  { shows: 'a mean over one axis', program: `mean(input('x', ['B', 77, 512]), 1)`, shape: ['B', 512] },
  {
    shows: 'a maximum over several axes, counted from either end',
    program: `max(input('x', ['B', 64, 7, 7]), [-1, 2])`,
    shape: ['B', 64],
  },
  {
    shows: 'reduced axes stay as 1 where asked',
    program: `logSumExp(input('x', ['B', 77, 512]), [1, 2], { keepDims: true })`,
    shape: ['B', 1, 1],
  },
  {
    shows: 'a softmax over the last axis',
    program: `softmax(input('x', ['B', 'K']), -1)`,
    shape: ['B', 'K'],
  },

  // ---- layout
  {
    shows: 'a reshape that merges the batch with an axis',
    program: `reshape(input('x', ['B', 77, 512]), ['77*B', 512])`,
    shape: ['77*B', 512],
  },
  {
    shows: 'a reshape that takes them apart again',
    program: `reshape(reshape(input('x', ['B', 77, 512]), ['77*B', 512]), ['B', 77, 8, 64])`,
    shape: ['B', 77, 8, 64],
  },
  {
    shows: 'a reshape only counts: symbols may change places',
    program: `reshape(input('x', ['B', 'L', 6]), ['L', 2, 3, 'B'])`,
    shape: ['L', 2, 3, 'B'],
  },
  {
    shows: 'heads',
    program: `rearrange(input('x', ['B', 77, 512]), 'b l (h d) -> b h l d', { h: 8 })`,
    shape: ['B', 8, 77, 64],
  },
  {
    shows: 'heads of a symbolic width',
    program: `rearrange(rearrange(input('x', ['B', 77, 'D']), 'b l (h d) -> b h l d', { h: 8 }), 'b h l d -> b l (h d)')`,
    shape: ['B', 77, 'D'],
  },
  {
    shows: 'patches of an image',
    program: `rearrange(input('x', ['B', 3, 224, 224]), 'b c (i p) (j q) -> b (i j) (c p q)', { p: 16, q: 16 })`,
    shape: ['B', 196, 768],
  },
  {
    shows: 'a product of symbols comes apart by one of them',
    program: `rearrange(input('x', ['B*K', 512]), '(b k) d -> b k d', { b: 'B' })`,
    shape: ['B', 'K', 512],
  },
  {
    shows: 'channels last',
    program: `transpose(input('x', ['B', 3, 224, 224]), [0, 2, 3, 1])`,
    shape: ['B', 224, 224, 3],
  },
  {
    shows: 'the transpose of each matrix',
    program: `transposeLast(input('x', ['B', 77, 512]))`,
    shape: ['B', 512, 77],
  },
  {
    shows: 'a token for every image of the batch',
    program: `broadcastTo(parameter('class', [1, 1, 768]), ['B', 1, 768])`,
    shape: ['B', 1, 768],
  },
  {
    shows: 'axes come and go',
    program: `squeeze(expandDims(expandDims(input('x', ['B', 77]), -1), 0), 0)`,
    shape: ['B', 77, 1],
  },

  // ---- einsum
  {
    shows: 'the scores of attention',
    program: `einsum('b h q d, b h k d -> b h q k', input('q', ['B', 8, 77, 64]), input('k', ['B', 8, 50, 64]))`,
    shape: ['B', 8, 77, 50],
  },
  {
    shows: 'a bilinear form, an einsum of three operands',
    program: `einsum('b i, i j k, b j -> b k', input('x', ['B', 32]), parameter('w', [32, 16, 10]), input('y', ['B', 16]))`,
    shape: ['B', 10],
  },
  {
    shows: 'an einsum whose ellipsis stands for a batch and heads',
    program: `einsum('... q k, ... k d -> ... q d', input('p', ['B', 8, 77, 50]), input('v', ['B', 8, 50, 64]))`,
    shape: ['B', 8, 77, 64],
  },
  {
    shows: 'an einsum whose ellipsis one operand lacks',
    program: `einsum('... i, i o -> ... o', input('x', ['B', 77, 512]), parameter('w', [512, 10]))`,
    shape: ['B', 77, 10],
  },
  {
    shows: 'products of three matrices inside generic code',
    program: `const conjugate = <N>(a: Tensor<[N, N]>, s: Tensor<[N, N]>) => einsum('i j, j k, l k -> i l', a, s, a)
conjugate(input('a', ['N', 'N']), input('s', ['N', 'N']))`,
    shape: ['N', 'N'],
  },
  {
    shows: 'the outer product of two vectors',
    program: `einsum('i, j -> i j', input('x', ['B']), input('y', ['K']))`,
    shape: ['B', 'K'],
  },
  {
    shows: 'a sum over everything two tensors share',
    program: `einsum('b d, b d ->', input('x', ['B', 512]), input('y', ['B', 512]))`,
    shape: [],
  },
  {
    shows: 'traces',
    program: `einsumOne('b i i -> b', input('x', ['B', 3, 3]))`,
    shape: ['B'],
  },

  // ---- parts and joins
  {
    shows: 'a class token in front of the patches',
    program: `concat([input('class', ['B', 1, 768]), input('patches', ['B', 196, 768])], 1)`,
    shape: ['B', 197, 768],
  },
  {
    shows: 'symbolic lengths add up, constants at the end',
    program: `concat([input('a', ['K', 4, 64]), input('b', ['K', 'L', 64]), input('c', ['K', 3, 64])], 1)`,
    shape: ['K', 'L+7', 64],
  },
  {
    shows: 'a list of tensors, joined along an axis counted from the end',
    program: `concat([input('a', ['K', 'L', 64]), input('b', ['K', 2, 64]), input('c', ['K', 'M', 64])], -2)`,
    shape: ['K', 'L+M+2', 64],
  },
  {
    shows: 'a list of one tensor',
    program: `concat([input('x', ['K', 'L', 64])], 1)`,
    shape: ['K', 'L', 64],
  },
  {
    shows: 'whole numbers, joined',
    program: `concat([input('a', [4], 'i32'), input('b', ['N'], 'i32')], 0)`,
    shape: ['N+4'],
  },
  {
    shows: 'a stack along a new axis',
    program: `stack([input('a', ['B', 512]), input('b', ['B', 512]), input('c', ['B', 512])], 1)`,
    shape: ['B', 3, 512],
  },
  {
    shows: 'a slice',
    program: `slice(input('x', ['B', 197, 768]), 1, 1, 196)`,
    shape: ['B', 196, 768],
  },
  { shows: 'one position', program: `select(input('x', ['B', 77, 512]), -2, 76)`, shape: ['B', 512] },
  {
    shows: 'queries, keys and values',
    program: `split(input('x', ['B', 77, 1536]), -1, 3)[2]`,
    shape: ['B', 77, 512],
  },
  {
    shows: 'padding of a symbolic length',
    program: `pad(input('x', ['B', 'L']), 1, 2, 3, { value: -1 })`,
    shape: ['B', 'L+5'],
  },

  // ---- indexing
  {
    shows: 'an embedding',
    program: `embedding(parameter('tokens', [49408, 512]), input('ids', ['B', 77], 'i32'))`,
    shape: ['B', 77, 512],
  },
  {
    shows: 'a gather in the middle',
    program: `gather(parameter('table', [4, 'V', 8]), input('ids', ['B', 2], 'i32'), 1)`,
    shape: [4, 'B', 2, 8],
  },
  { shows: 'one-hot rows', program: `oneHot(input('labels', ['B'], 'i32'), 'K')`, shape: ['B', 'K'] },
  {
    shows: 'columns of unit length',
    program: `l2Normalize(input('x', ['B', 512]), { axis: 0, epsilon: 1e-12 })`,
    shape: ['B', 512],
  },
  {
    shows: 'norms along a middle axis',
    program: `l2Norm(input('x', ['B', 77, 512]), { axis: 1 })`,
    shape: ['B', 1, 512],
  },
  {
    shows: 'norms of rows under any number of leading axes',
    program: `const norms = <Batch extends unknown[], W>(x: Tensor<[...Batch, W]>): Tensor<[...Batch, 1]> => l2Norm(l2Normalize(x))
norms(input('x', ['B', 77, 512]))`,
    shape: ['B', 77, 1],
  },
  {
    shows: 'the largest elements of an axis that is not the last',
    program: `topK(input('x', ['B', 10, 'D']), 5, 1).indices`,
    shape: ['B', 5, 'D'],
  },
  {
    shows: 'elements taken along the last axis, with an index for each',
    program: `takeAlongAxis(input('x', ['B', 'K']), input('at', ['B', 5], 'i32'), -1)`,
    shape: ['B', 5],
  },
  {
    shows: 'elements taken along a middle axis',
    program: `takeAlongAxis(input('x', ['B', 77, 8], 'i32'), input('at', ['B', 'N', 8], 'i32'), 1)`,
    shape: ['B', 'N', 8],
  },
  {
    shows: 'elements taken inside a generic loss',
    program: `const ofLabels = <B, K>(x: Tensor<[B, K]>, labels: Tensor<[NoInfer<B>], 'i32'>): Tensor<[B]> =>
  squeeze(takeAlongAxis(x, expandDims(labels, 1), 1), 1)
ofLabels(input('x', ['B', 10]), input('labels', ['B'], 'i32'))`,
    shape: ['B'],
  },
  {
    shows: 'updates added along the last axis',
    program: `scatterAdd(input('x', ['B', 77]), input('at', [77], 'i32'), -1, 'V')`,
    shape: ['B', 'V'],
  },
  {
    shows: 'the largest elements',
    program: `topK(input('logits', ['B', 'K']), 5, 1).values`,
    shape: ['B', 5],
  },
  {
    shows: 'rows added where ids point',
    program: `scatterAdd(input('rows', ['B', 77, 512]), input('ids', ['B', 77], 'i32'), 0, 'V')`,
    shape: ['V', 512],
  },

  // ---- images
  {
    shows: 'a convolution with stride and padding',
    program: `conv2d(input('x', ['B', 3, 224, 224]), parameter('w', [64, 3, 7, 7]), { stride: 2, padding: 3 })`,
    shape: ['B', 64, 112, 112],
  },
  {
    shows: 'average pooling',
    program: `avgPool2d(input('x', ['B', 64, 56, 28]), 2)`,
    shape: ['B', 64, 28, 14],
  },

  // ---- pipes
  {
    shows: 'a pipe of functions',
    program: `const pipe = <A, B, C>(a: A, f: (a: A) => B, g: (b: B) => C): C => g(f(a))
pipe(input('x', ['B', 3]), relu, (x) => softmax(x, -1))`,
    shape: ['B', 3],
  },
  {
    shows: 'reductions go into a pipe by name',
    program: `const pipe = <A, B>(a: A, f: (a: A) => B): B => f(a)
pipe(input('x', ['B', 3]), (x) => mean(x))`,
    shape: [],
  },

  // ---- generic layers
  {
    shows: 'a generic layer',
    program: `const project = <const I extends Dim, const O extends Dim>(inner: DimArgument<I>, outer: DimArgument<O>) => {
  const weight = parameter('w', [dim(outer), dim(inner)])
  return <S extends unknown[]>(x: Tensor<[...S, I]>): Tensor<[...S, O]> => linear(x, weight)
}
project(512, 'E')(input('x', ['B', 77, 512]))`,
    shape: ['B', 77, 'E'],
  },
  {
    shows: 'a residual connection around any layer',
    program: `const skipped = <S>(x: Tensor<S>, f: (x: Tensor<S>) => Tensor<S>): Tensor<S> => add(x, f(x))
skipped(input('x', ['B', 'L', 512]), (x) => gelu(x))`,
    shape: ['B', 'L', 512],
  },
  {
    shows: 'generic attention',
    program: `const attention = <H extends Dim, E extends Dim>(h: DimHandle<H>, e: DimHandle<E>) =>
  <B, L>(x: Tensor<[B, L, MultiplyDims<H, E>]>): Tensor<[B, L, MultiplyDims<H, E>]> => {
    const width = times(h, e)
    const heads = (name: string): Tensor<[B, H, L, E]> =>
      rearrange(linear(x, parameter(name, [width, width])), 'b l (h e) -> b h l e', { h, e })
    const weights = softmax(einsum('b h q e, b h k e -> b h q k', heads('q'), heads('k')), -1)
    return rearrange(einsum('b h q k, b h k e -> b h q e', weights, heads('v')), 'b h l e -> b l (h e)')
  }
attention(dim(8), dim(64))(input('x', ['B', 77, 512]))`,
    shape: ['B', 77, 512],
  },
  {
    shows: 'a reduction of a front axis before axes that are generic',
    program: `const pooled = <S extends unknown[]>(x: Tensor<['B', 4, ...S]>): Tensor<['B', ...S]> => mean(x, 1)
pooled(input('x', ['B', 4, 7, 8]))`,
    shape: ['B', 7, 8],
  },
  {
    shows: 'generic rows stretch against generic columns',
    program: `const distances = <N, M>(rows: Tensor<[N]>, columns: Tensor<[M]>): Tensor<[N, M]> =>
  sub(expandDims(rows, 1), expandDims(columns, 0))
distances(input('x', ['B']), input('y', ['K']))`,
    shape: ['B', 'K'],
  },
  {
    shows: 'a generic mean over the last axis',
    program: `const center = <S extends unknown[], D>(x: Tensor<[...S, D]>): Tensor<S> => mean(x, -1)
center(input('x', ['B', 77, 512]))`,
    shape: ['B', 77],
  },
  {
    shows: 'a sum of dims inside a generic layer',
    program: `const prefixed = <B extends Dim, L extends Dim>(x: Tensor<[B, L, 8]>): Tensor<[B, AddDims<L, 4>, 8]> =>
  concat([x, broadcastTo(parameter('prefix', [1, 4, 8]), [axis(x, 0), 4, 8])], 1)
prefixed(input('x', ['B', 73, 8]))`,
    shape: ['B', 77, 8],
  },
  {
    shows: 'three parts of generic lengths, joined inside a generic layer',
    program: `const joined = <B, L, M, W>(a: Tensor<[B, L, W]>, b: Tensor<[B, M, W]>): Tensor<[B, AddDims<AddDims<L, M>, L>, W]> =>
  concat([a, b, a], 1)
joined(input('a', ['B', 'L', 8]), input('b', ['B', 4, 8]))`,
    shape: ['B', 'L+L+4', 8],
  },

  // ---- run-time sizes and losses
  {
    shows: 'a number of classes that is known only at run time',
    program: `const classes = ['cat', 'dog', 'horse']
withDim(classes.length, (k) => crossEntropy(input('logits', ['B', k]), input('labels', ['B'], 'i32')))`,
    shape: [],
  },
  {
    shows: 'a stated shape',
    program: `expectShape<['B', 77, 512]>()(layerNorm(input('x', ['B', 77, 512]), parameter('weight', [512]), parameter('bias', [512])))`,
    shape: ['B', 77, 512],
  },
  {
    shows: 'batch normalisation',
    program: `batchNorm(input('x', ['B', 64, 7, 7]), {
  weight: parameter('weight', [64]), bias: parameter('bias', [64]), mean: parameter('mean', [64]), variance: parameter('variance', [64]),
})`,
    shape: ['B', 64, 7, 7],
  },
  {
    shows: 'the loss of CLIP',
    program: `clipContrastive(input('images', ['B', 512]), input('texts', ['B', 512]), exp(parameter('logit_scale', [])))`,
    shape: [],
  },
  {
    shows: 'random numbers from keys',
    program: `const [first, second] = splitKey(input('key', [2], 'i32'))
dropout(add(randomNormal(first, ['B', 3]), randomUniform(first, [3])), { rate: 0.1, key: second })`,
    shape: ['B', 3],
  },
  {
    shows: 'as many keys as are asked for, and whole numbers from one',
    program: `const [, , third] = splitKey(input('key', [2], 'i32'), 3)
randomIntegers(third, ['B', 4], 0, 10)`,
    shape: ['B', 4],
  },
  {
    shows: 'a causal mask',
    program: `softmax(add(input('scores', ['B', 8, 77, 77]), causalMask(77)), -1)`,
    shape: ['B', 8, 77, 77],
  },
]
