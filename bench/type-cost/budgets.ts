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
  { name: 'cumsum', call: "cumsum(input('x', ['B', #0, #1]), 1)", limit: 75 },
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
  limit: 58_000,
  seconds: 1,
} as const
