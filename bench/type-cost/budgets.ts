/**
 * What shape types may cost the compiler, in instantiations: for each operation, one further call with dims of its own, and
 * the whole definition of AD-CLIP. `#0`, `#1`, ... stand for those dims, `#1/4` for a quarter of one.
 */
export interface CallBudget {
  readonly name: string
  readonly call: string
  readonly limit: number
}

export const callBudgets: readonly CallBudget[] = [
  { name: 'same-shape add', call: "add(input('x', ['B', #0, #1]), input('y', ['B', #0, #1]))", limit: 40 },
  { name: 'matmul', call: "matmul(input('x', ['B', #0, #1]), input('w', [#1, #2]))", limit: 148 },
  { name: 'bias add', call: "add(input('x', ['B', #0, #1]), input('bias', [#1]))", limit: 126 },
  { name: 'concat', call: "concat([input('x', ['B', #0, #1]), input('y', ['B', #2, #1])], 1)", limit: 380 },
  {
    name: 'concat of three',
    call: "concat([input('x', ['B', #0, #1]), input('y', ['B', #2, #1]), input('z', ['B', #3, #1])], 1)",
    limit: 620,
  },
  { name: 'reshape', call: "reshape(input('x', ['B', #0, #1]), ['B', #0, #1/4, 4])", limit: 540 },
  {
    name: 'einsum',
    call: "einsum('b h q d, b h k d -> b h q k', input('q', ['B', #0, #1, #2]), input('k', ['B', #0, #3, #2]))",
    limit: 628,
  },
  {
    name: 'einsum of three',
    call: "einsum('b i, i j k, b j -> b k', input('x', ['B', #0]), input('w', [#0, #1, #2]), input('y', ['B', #1]))",
    limit: 540,
  },
  {
    name: 'einsum with an ellipsis',
    call: "einsum('... q d, ... k d -> ... q k', input('q', ['B', #0, #1, #2]), input('k', ['B', #0, #3, #2]))",
    limit: 790,
  },
  {
    name: 'rearrange',
    call: "rearrange(input('x', ['B', #0, #1]), 'b l (h d) -> b h l d', { h: 4 })",
    limit: 719,
  },
  {
    name: 'linear',
    call: "linear(input('x', ['B', #0, #1]), input('w', [#2, #1]), input('b', [#2]))",
    limit: 240,
  },
  {
    name: 'layerNorm',
    call: "layerNorm(input('x', ['B', #0, #1]), input('weight', [#1]), input('bias', [#1]))",
    limit: 99,
  },
  { name: 'mean', call: "mean(input('x', ['B', #0, #1]), 1)", limit: 160 },
  { name: 'softmax', call: "softmax(input('x', ['B', #0, #1]), -1)", limit: 100 },
  { name: 'cumsum', call: "cumsum(input('x', ['B', #0, #1]), 1)", limit: 85 },
  {
    name: 'takeAlongAxis',
    call: "takeAlongAxis(input('x', ['B', #0, #1]), input('at', ['B', #2, #1], 'i32'), 1)",
    limit: 340,
  },
  {
    name: 'segmentSum',
    call: "segmentSum(input('x', [#0, #1]), input('ids', [#0], 'i32'), 'K')",
    limit: 55,
  },
  {
    name: 'scatter',
    call: "scatter(input('x', [#0, #1]), input('rows', [#2, #1]), input('at', [#2], 'i32'), 0)",
    limit: 265,
  },
  {
    name: 'dynamicUpdateSlice',
    call: "dynamicUpdateSlice(input('x', ['B', #0, #1]), input('part', ['B', 4, #1]), input('start', [], 'i32'), 1)",
    limit: 550,
  },
  {
    name: 'conv2d',
    call: "conv2d(input('x', ['B', #0, #1, #2]), input('w', [#3, #0, 16, 16]), { stride: 16 })",
    limit: 1301,
  },
  {
    name: 'scan',
    call: "scan({ carry: input('h', ['B', #0]), sequences: input('x', ['B', 'T', #0]), axis: 1 }, (h, x) => ({ carry: add(h, x), outputs: h }))",
    limit: 380,
  },
  {
    name: 'whileLoop',
    call: "whileLoop({ carry: { x: input('x', ['B', #0]) }, bound: 100 }, ({ x }) => less(sum(x), 1), ({ x }) => ({ x: mul(x, 2) }))",
    limit: 155,
  },
  {
    name: 'vmap',
    call: "vmap((x, y) => mul(sum(x), y), input('x', ['B', #0, #1]), input('y', ['B', #2]))",
    limit: 1250,
  },
  { name: 'jvp', call: "jvp((x) => exp(x), [input('x', ['B', #0])], [input('t', ['B', #0])])", limit: 42 },
  { name: 'vjp', call: "vjp((x) => exp(x), input('x', ['B', #0]))", limit: 40 },
  { name: 'jacobian', call: "jacobian((x) => exp(x), input('x', [#0, #1]))", limit: 42 },
  { name: 'hessian', call: "hessian((x) => sum(exp(x)), input('x', [#0, #1]))", limit: 50 },
  {
    name: 'perExampleGradients',
    call: "perExampleGradients((x) => sum(x), { w: input('w', [#0]) }, input('x', ['B', #0]))",
    limit: 140,
  },
  {
    name: 'withGradient',
    call: "withGradient(input('v', ['B', #0]), { x: input('x', ['B', #0]) }, (x) => ({ x }))",
    limit: 21,
  },
  { name: 'checkpoint', call: "checkpoint((x) => exp(x), input('x', ['B', #0]))", limit: 35 },
  {
    name: 'conv1d',
    call: "conv1d(input('x', ['B', #0, #1]), input('w', [#2, #0, 5]), { padding: 2 })",
    limit: 810,
  },
  {
    name: 'conv2d, grouped',
    call: "conv2d(input('x', ['B', #0, #1, #2]), input('w', [#0, 1, 7, 7]), { padding: 'same', groups: #0 })",
    limit: 820,
  },
  {
    name: 'convTranspose2d',
    call: "convTranspose2d(input('x', ['B', #0, #1, #2]), input('w', [#0, #3, 2, 2]), { stride: 2 })",
    limit: 1570,
  },
  { name: 'maxPool2d', call: "maxPool2d(input('x', ['B', #0, #1, #2]), 2)", limit: 1030 },
  { name: 'resize2d', call: "resize2d(input('x', ['B', 3, #0, #1]), [#2, #3])", limit: 145 },
  { name: 'pixelShuffle', call: "pixelShuffle(input('x', ['B', 4, #0, #1]), 2)", limit: 1645 },
  { name: 'sort', call: "sort(input('x', ['B', #0, #1]), 1)", limit: 80 },
  {
    name: 'linearRecurrence',
    call: "linearRecurrence(input('a', ['B', #0, #1]), input('x', ['B', #0, #1]), 1)",
    limit: 85,
  },
  { name: 'logCumSumExp', call: "logCumSumExp(input('x', ['B', #0, #1]), -1)", limit: 60 },
  {
    name: 'segmentSoftmax',
    call: "segmentSoftmax(input('x', [#0, #1]), input('ids', [#0], 'i32'), 'K')",
    limit: 50,
  },
  {
    name: 'scatterMax',
    call: "scatterMax(input('x', [#0, #1]), input('ids', [#0], 'i32'), 0, #2)",
    limit: 105,
  },
  {
    name: 'dynamicSlice',
    call: "dynamicSlice(input('x', ['B', #0, #1]), input('start', [], 'i32'), 1, 4)",
    limit: 310,
  },
  { name: 'std', call: "std(input('x', ['B', #0, #1]), 1)", limit: 100 },
  { name: 'norm', call: "norm(input('x', ['B', #0, #1]), -1)", limit: 95 },
  { name: 'clip', call: "clip(input('x', ['B', #0, #1]), { max: 1 })", limit: 17 },
  {
    name: 'cosineSimilarity',
    call: "cosineSimilarity(input('x', ['B', #0]), input('y', ['B', #0]), -1)",
    limit: 80,
  },
  { name: 'tril', call: "tril(input('x', ['B', #0, #1]))", limit: 40 },
  { name: 'trace', call: "trace(input('x', ['B', #0, #0]))", limit: 55 },
  { name: 'flip', call: "flip(input('x', ['B', #0, #1]), 1)", limit: 80 },
  { name: 'repeat', call: "repeat(input('x', ['B', #0, #1]), 1, 3)", limit: 285 },
  { name: 'tile', call: "tile(input('x', [#0, #1]), [2, 3])", limit: 460 },
  { name: 'meshgrid', call: "meshgrid([input('x', [#0]), input('y', [#1])])", limit: 155 },
  { name: 'moveAxis', call: "moveAxis(input('x', ['B', #0, #1]), 1, -1)", limit: 165 },
  { name: 'randomNormal', call: "randomNormal(input('key', [2], 'i32'), [#0, #1])", limit: 135 },
  {
    name: 'dropout',
    call: "dropout(input('x', ['B', #0]), { rate: 0.1, key: input('key', [2], 'i32') })",
    limit: 18,
  },
  {
    name: 'randomCategorical',
    call: "randomCategorical(input('key', [2], 'i32'), input('x', ['B', #0]), -1)",
    limit: 95,
  },
]

/** Towers, prompt learner and losses of AD-CLIP, on top of the operations. `seconds` is for whoever runs the bench. */
export const definitionBudget = {
  name: 'AD-CLIP: towers, prompt learner, losses',
  modules: [
    'methods/ad-clip/ad-clip',
    'methods/ad-clip/prompt-learner',
    'model/clip/encode-images',
    'model/clip/vision-transformer',
    'model/clip/text-encoder',
    'methods/ad-clip/losses',
  ],
  limit: 79_000,
  seconds: 1,
} as const
