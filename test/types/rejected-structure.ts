/** Programs that must not compile: layout, named axes, parts, images, losses and generic layers. */
import type { RejectedProgram } from './rejected-program.js'

export const rejectedStructure: readonly RejectedProgram[] = [
  // ---- layout
  {
    mistake: 'a reshape to another number of elements',
    program: `reshape(input('x', ['B', 77]), ['B', 78])`,
    sentence: 'reshape [B,77] -> [B,78]: 77 elements against 78',
  },
  {
    mistake: 'a reshape that forgets the batch',
    program: `reshape(input('x', ['B', 8, 64]), [512])`,
    sentence: 'reshape [B,8,64] -> [512]: 512*B elements against 512',
  },
  {
    mistake: 'a reshape that leaves a size to be found',
    program: `reshape(input('x', ['B', 10]), [-1, 5])`,
    sentence: `dim '-1' is neither a size nor a symbol; there is no -1: say the size`,
  },
  {
    mistake: 'a reshape to a size that is only a number to the compiler',
    program: `const n: number = 4; reshape(input('x', ['B', 10]), [n, 5])`,
    sentence: `dims must be literal types; name a size that is known at run time, sized('V', n), or bind it with withDim`,
    atRunTime: 'reshape [B,10] -> [4,5]',
  },
  {
    mistake: 'a broadcast to a size that is only a number to the compiler',
    program: `const n: number = 4; broadcastTo(input('x', ['B', 10]), [n, 10])`,
    sentence: `dims must be literal types; name a size that is known at run time, sized('V', n), or bind it with withDim`,
    atRunTime: 'broadcastTo: [B,10] to [4,10]',
  },
  {
    mistake: 'a broadcast that would have to shrink',
    program: `broadcastTo(parameter('x', [77, 512]), ['B', 50, 512])`,
    sentence: 'broadcastTo: [77,512] to [B,50,512]',
  },
  {
    mistake: 'heads that do not divide the width',
    program: `rearrange(input('x', ['B', 77, 512]), 'b l (h d) -> b h l d', { h: 7 })`,
    sentence: 'b l (h d) -> b h l d: 512 is not divisible by 7',
  },
  {
    mistake: 'a group whose sizes cannot be found',
    program: `rearrange(input('x', ['B', 77, 512]), 'b l (h d) -> b h l d')`,
    sentence: `b l (h d) -> b h l d: give a size for 'h' or 'd'`,
  },
  {
    mistake: 'an axis that a rearrangement loses',
    program: `rearrange(input('x', ['B', 77, 512]), 'b l d -> b d')`,
    sentence: `b l d -> b d: 'l' is dropped; sum over it first`,
  },
  {
    mistake: 'a name that comes from nowhere',
    program: `rearrange(input('x', ['B', 77, 512]), 'b l d -> b l d h')`,
    sentence: `b l d -> b l d h: 'h' is not on the left side`,
  },
  {
    mistake: 'a spec with too few names',
    program: `rearrange(input('x', ['B', 77, 512]), 'b d -> d b')`,
    sentence: 'b d -> d b: names 2 axes of [B,77,512]',
  },
  {
    mistake: 'a spec without an arrow',
    program: `rearrange(input('x', ['B', 77]), 'b l')`,
    sentence: `b l: expected ' -> ' between the two sides`,
  },

  // ---- einsum
  {
    mistake: 'an inner dim of the third operand',
    program: `einsum('i j, j k, k l -> i l', input('a', [2, 3]), input('b', [3, 4]), input('c', [5, 6]))`,
    sentence: "i j, j k, k l -> i l: 'k' is 4 and 5",
  },
  {
    mistake: 'an einsum of fewer operands than are given',
    program: `einsum('i j, j k -> i k', input('a', [2, 3]), input('b', [3, 4]), input('c', [4, 6]))`,
    sentence: 'i j, j k -> i k: expected 3 operands, separated by commas, spaces included',
  },
  {
    mistake: 'an ellipsis that stands for two batches',
    program: `einsum('... q d, ... k d -> ... q k', input('q', ['B', 77, 64]), input('k', ['N', 50, 64]))`,
    sentence: "... q d, ... k d -> ... q k: '...' is [B] and [N]",
  },
  {
    mistake: 'one name for two dims',
    program: `einsum('b q d, b k d -> b q k', input('q', ['B', 77, 512]), input('k', ['B', 77, 768]))`,
    sentence: `b q d, b k d -> b q k: 'd' is 512 and 768`,
  },
  {
    mistake: 'names without spaces',
    program: `einsum('bi,ik->bk', input('x', ['B', 3]), input('y', [3, 4]))`,
    sentence: `bi,ik->bk: expected two operands, as in 'a b, b c -> a c', spaces included`,
  },
  {
    mistake: 'a result name that no operand has',
    program: `einsum('a b, b c -> a z', input('x', [2, 3]), input('y', [3, 4]))`,
    sentence: `a b, b c -> a z: 'z' is not on the left side`,
  },
  {
    mistake: 'a spec for another number of operands',
    program: `einsum('a b -> b a', input('x', [2, 3]), input('y', [3, 4]))`,
    sentence: `a b -> b a: expected two operands, as in 'a b, b c -> a c'`,
  },

  // ---- parts and joins
  {
    mistake: 'a concatenation of different widths',
    program: `concat([input('a', ['B', 77, 512]), input('b', ['B', 50, 768])], 1)`,
    sentence: 'concat axis 1: [B,77,512] and [B,50,768] differ off that axis',
  },
  {
    mistake: 'a concatenation of different ranks',
    program: `concat([input('a', ['B', 77, 512]), input('b', ['B', 512])], 1)`,
    sentence: 'concat axis 1: [B,77,512] and [B,512] differ off that axis',
  },
  {
    mistake: 'one of many that does not fit',
    program: `concat([input('a', ['K', 2, 64]), input('b', ['K', 3, 64]), input('c', ['K', 1, 65])], 1)`,
    sentence: 'concat axis 1: [K,2,64] and [K,1,65] differ off that axis',
  },
  {
    mistake: 'a concatenation of no tensors',
    program: `concat([], 0)`,
    sentence: 'concat: needs at least one tensor',
  },
  {
    mistake: 'a concatenation along an axis that is not there',
    program: `concat([input('a', ['B', 77]), input('b', ['B', 77])], 2)`,
    sentence: 'axis 2 is not in [B,77]',
  },
  {
    mistake: 'a concatenation of two element types',
    program: `concat([input('a', ['B', 77]), input('b', ['B', 77], 'i32')], 1)`,
    sentence: 'concat: element types f32 and i32 differ; use cast',
    atRunTime: 'concat: element types f32 and i32 differ',
  },
  {
    mistake: 'a concatenation of generic parts that may differ off the axis',
    program: `const joined = <B, C, L>(a: Tensor<[B, L]>, b: Tensor<[C, L]>) => concat([a, b], 1); joined(input('a', [3, 'L']), input('b', [4, 'L']))`,
    sentence: 'differ off that axis',
    atRunTime: 'concat axis 1: [3,L] and [4,L] differ off that axis',
  },
  {
    mistake: 'a concatenation of a list whose length the compiler does not know',
    program: `concat(['a', 'b'].map((name) => input(name, ['B', 512])), 1)`,
    sentence: 'concat: needs a literal list of tensors, such as [a, b, c]',
    atRunTime: 'accepts',
  },
  {
    mistake: 'a stack of no tensors',
    program: `stack([], 0)`,
    sentence: 'stack: needs at least one tensor',
  },
  {
    mistake: 'a stack of a list whose length the compiler does not know',
    program: `stack(['a', 'b'].map((name) => input(name, ['B', 512])), 1)`,
    sentence: 'stack: a list made at run time needs its length, such as { count: dim(3) }',
    atRunTime: 'accepts',
  },
  {
    mistake: 'a stack at an axis that is beyond the new one',
    program: `stack([input('a', ['B', 512]), input('b', ['B', 512])], 3)`,
    sentence: 'axis 3 is not in [B,512]',
  },
  {
    mistake: 'tensors of two shapes in a stack',
    program: `stack([input('a', ['B', 512]), input('b', ['B', 768])], 1)`,
    sentence: 'stack: [B,512] and [B,768] differ',
  },
  {
    mistake: 'a slice beyond the end',
    program: `slice(input('x', ['B', 77, 512]), 1, 70, 10)`,
    sentence: 'slice: positions 70 to 80 are not in axis 1 of [B,77,512]',
  },
  {
    mistake: 'a position beyond the end',
    program: `select(input('x', ['B', 77, 512]), 1, 77)`,
    sentence: 'select: index 77 is not in axis 1 of [B,77,512]',
  },
  {
    mistake: 'parts that are not equal',
    program: `split(input('x', ['B', 512]), -1, 3)[0]`,
    sentence: 'split: 512 is not divisible by 3',
  },
  {
    mistake: 'a number of parts that the compiler does not know',
    program: `const n: number = 2; split(input('x', ['B', 10]), 1, n)`,
    sentence: `dims must be literal types; name a size that is known at run time, sized('V', n), or bind it with withDim`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'two and a half parts',
    program: `split(input('x', ['B', 10]), 1, 2.5)[0]`,
    sentence: `dim '2.5' is neither a size nor a symbol`,
  },
  {
    mistake: 'a length of a slice that is not whole',
    program: `slice(input('x', ['B', 10]), 1, 9, 2.5)`,
    sentence: `dim '2.5' is neither a size nor a symbol`,
  },
  {
    mistake: 'a negative padding',
    program: `pad(input('x', ['B', 77]), 1, -1, 0)`,
    sentence: `dim '-1' is neither a size nor a symbol`,
  },

  // ---- indexing
  {
    mistake: 'indices that are not whole numbers',
    program: `embedding(parameter('tokens', [49408, 512]), input('ids', ['B', 77]))`,
    sentence: `Type '"f32"' is not assignable to type '"i32"'`,
    atRunTime: 'gather: ids: needs i32, got f32',
  },
  {
    mistake: 'half an element too many',
    program: `topK(input('logits', ['B', 4]), 4.5, 1).values`,
    sentence: `dim '4.5' is neither a size nor a symbol`,
    atRunTime: 'topK',
  },
  {
    mistake: 'more elements than there are',
    program: `topK(input('logits', ['B', 4]), 5, 1).values`,
    sentence: 'topK: 5 elements of axis 1 of [B,4]',
  },

  // ---- loops
  {
    mistake: 'a carry that a step changes',
    program: `scan({ carry: full(['B', 3], 0), sequences: input('x', ['B', 'T', 3]), axis: 1 }, (h) => ({ carry: matmul(h, parameter('w', [3, 4])) })).carry`,
    sentence: 'scan: carry is [B,3], but [B,4] after a step',
  },
  {
    mistake: 'one carry of several that a step changes in type',
    program: `scan({ carry: { h: scalar(0), n: scalar(0, 'i32') }, sequences: input('x', ['T']) }, ({ h }, at) => ({ carry: { h: add(h, at), n: h } })).carry.h`,
    sentence: 'scan: carry n is i32, but f32 after a step',
  },
  {
    mistake: 'a carry that a step forgets',
    program: `scan({ carry: { h: scalar(0), c: scalar(0) }, sequences: input('x', ['T']) }, ({ h }, at) => ({ carry: { h: add(h, at) } })).carry.h`,
    sentence: 'scan: a step gives no carry c',
  },
  {
    mistake: 'sequences of two lengths',
    program: `scan({ carry: scalar(0), sequences: { x: input('x', ['T']), y: input('y', ['U']) } }, (h, { x, y }) => ({ carry: add(h, mul(x, y)) })).carry`,
    sentence: 'scan: sequence x has T positions along axis 0, another has U',
  },
  {
    mistake: 'a loop along an axis that is not there',
    program: `scan({ carry: scalar(0), sequences: input('x', ['T']), axis: 1 }, (h) => ({ carry: h })).carry`,
    sentence: 'axis 1 is not in [T]',
  },
  {
    mistake: 'an output without a place for the axis of the loop',
    program: `scan({ carry: scalar(0), sequences: input('x', ['B', 'T']), axis: 1 }, (h) => ({ carry: h, outputs: h })).outputs`,
    sentence: 'axis 1 is not in []',
  },
  {
    mistake: 'a mistake inside a step',
    program: `scan({ carry: full(['B', 3], 0), sequences: input('x', ['B', 'T', 4]), axis: 1 }, (h, at) => ({ carry: add(h, at) })).carry`,
    sentence: 'dims 3 and 4 do not broadcast',
  },

  // ---- images
  {
    mistake: 'kernels of other channels',
    program: `conv2d(input('x', ['B', 3, 224, 224]), parameter('w', [64, 4, 7, 7]), { stride: 2, padding: 3 })`,
    sentence: 'conv2d: channels 3 and 4 differ',
  },
  {
    mistake: 'images without their batch',
    program: `conv2d(input('x', [3, 224, 224]), parameter('w', [64, 3, 7, 7]))`,
    sentence: 'conv2d: images are [batch,channels,height,width], got [3,224,224]',
  },
  {
    mistake: 'a kernel larger than the image',
    program: `conv2d(input('x', ['B', 3, 5, 5]), parameter('w', [64, 3, 7, 7]))`,
    sentence: 'conv2d: a kernel of 7 does not fit into 5 with padding 0',
  },
  {
    mistake: 'a symbolic height',
    program: `conv2d(input('x', ['B', 3, 'H', 224]), parameter('w', [64, 3, 7, 7]))`,
    sentence: 'conv2d: height and width are literal sizes, got [B,3,H,224] and [64,3,7,7]',
  },
  {
    mistake: 'windows of a size that the compiler does not know',
    program: `const n: number = 2; avgPool2d(input('x', ['B', 3, 32, 32]), n)`,
    sentence: `dims must be literal types; name a size that is known at run time, sized('V', n), or bind it with withDim`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a padding by name',
    program: `conv2d(input('x', ['B', 3, 32, 32]), parameter('k', [8, 3, 3, 3]), { padding: 'same', stride: 2 })`,
    sentence: `conv2d: padding 'same' needs a stride of 1`,
  },
  {
    mistake: 'windows that do not tile the image',
    program: `avgPool2d(input('x', ['B', 64, 7, 7]), 2)`,
    sentence: 'avgPool2d: 7 is not divisible by 2',
  },

  // ---- normalisation and losses
  {
    mistake: 'weights of another width in a layer norm',
    program: `layerNorm(input('x', ['B', 77, 512]), parameter('weight', [768]), parameter('bias', [512]))`,
    sentence: 'Tensor<[512], "f32">',
    atRunTime: 'layerNorm: gain and bias are [512], got [768]',
  },
  {
    mistake: 'labels of another batch',
    program: `crossEntropy(input('logits', ['B', 'K']), input('labels', ['N'], 'i32'))`,
    sentence: `Type '"N"' is not assignable to type '"B"'`,
    atRunTime: 'takeElement: indices: expected [B] i32, got [N] i32',
  },
  {
    mistake: 'labels that are not whole numbers',
    program: `crossEntropy(input('logits', ['B', 'K']), input('labels', ['B']))`,
    sentence: `Type '"f32"' is not assignable to type '"i32"'`,
    atRunTime: 'takeElement: indices: expected [B] i32, got [B] f32',
  },
  {
    mistake: 'logits of another number of classes',
    program: `klDivergence(input('p', ['B', 65]), input('q', ['B', 12]))`,
    sentence: `Type '12' is not assignable to type '65'`,
    atRunTime: 'dims 12 and 65 do not broadcast in [B,12] and [B,65]',
  },
  {
    mistake: 'a target of another shape',
    program: `meanSquaredError(input('y', ['B', 3]), input('target', ['B', 4]))`,
    sentence: `Type '4' is not assignable to type '3'`,
    atRunTime: 'dims 3 and 4 do not broadcast in [B,3] and [B,4]',
  },
  {
    mistake: 'a stated shape that is another',
    program: `expectShape<['B', 77, 768]>()(input('x', ['B', 77, 512]))`,
    sentence: 'expected [B,77,768], got [B,77,512]',
    atRunTime: 'accepts',
  },

  // ---- inside generic layers
  {
    mistake: 'a fixed width inside a generic layer',
    program: `const layer = <B, Width>(x: Tensor<[B, Width]>) => matmul(x, parameter('w', [512, 10]))
layer(input('x', ['B', 768]))`,
    sentence: 'matmul',
    atRunTime: 'matmul: inner dims 768 and 512 differ',
  },
  {
    mistake: 'two generic lengths added inside a layer',
    program: `const layer = <B, L, M>(x: Tensor<[B, L]>, y: Tensor<[B, M]>) => add(x, y)
layer(input('x', ['B', 7]), input('y', ['B', 8]))`,
    sentence: 'dims ${NameOf<L>} and ${NameOf<M>} do not broadcast',
    atRunTime: 'dims 7 and 8 do not broadcast in [B,7] and [B,8]',
  },
  {
    mistake: 'a residual branch that changes the shape',
    program: `const skipped = <S>(x: Tensor<S>, f: (x: Tensor<S>) => Tensor<S>): Tensor<S> => add(x, f(x))
skipped(input('x', ['B', 77, 512]), (x) => linear(x, parameter('w', [256, 512])))`,
    sentence: `Type '256' is not assignable to type '512'`,
    atRunTime: 'dims 512 and 256 do not broadcast in [B,77,512] and [B,77,256]',
  },
  {
    mistake: 'a generic layer applied to another width',
    program: `const project = <const I extends Dim, const O extends Dim>(inner: DimArgument<I>, outer: DimArgument<O>) => {
  const weight = parameter('w', [dim(outer), dim(inner)])
  return <S extends unknown[]>(x: Tensor<[...S, I]>): Tensor<[...S, O]> => linear(x, weight)
}
project(512, 10)(input('x', ['B', 768]))`,
    sentence: `Type '768' is not assignable to type '512'`,
    atRunTime: 'linear: x has 768 inputs, the weight [outputs,inputs] takes 512',
  },
  {
    mistake: 'heads and head width that do not make up the width',
    program: `const attention = <H extends Dim, E extends Dim>(h: DimHandle<H>, e: DimHandle<E>) =>
  <B, L>(x: Tensor<[B, L, MultiplyDims<H, E>]>) => rearrange(x, 'b l (h e) -> b h l e', { h, e })
attention(dim(7), dim(64))(input('x', ['B', 77, 512]))`,
    sentence: `Type '512' is not assignable to type '448'`,
    atRunTime: 'b l (h e) -> b h l e: the sizes of a group multiply to 448, its axis is 512',
  },
]
