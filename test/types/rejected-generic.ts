/** Programs that must not compile: generic code and unions that the compiler cannot decide. */
import type { RejectedProgram } from './rejected-program.js'

const notKnown =
  "the size of 'e' is not known here; give sizes for all names of its group, and the axis as their product, MultiplyDims"

const notDecided =
  '"not known here: a type variable stands for a size or a shape; write it out, or use one variable for both"'

export const rejectedGeneric: readonly RejectedProgram[] = [
  {
    mistake: 'a dim that is one of two handles',
    program: `const d = Math.random() < 0.5 ? dim(4) : dim(5); input('x', ['B', d])`,
    sentence: `dims must be literal types; name a size that is known at run time, sized('V', n), or bind it with withDim`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a split of a generic width by a literal',
    program: `const heads = <B, L, W>(x: Tensor<[B, L, W]>) => rearrange(x, 'b l (h e) -> b h l e', { h: 4 })
heads(input('x', ['B', 7, 64]))`,
    sentence: `b l (h e) -> b h l e: ${notKnown}`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a split of a generic product by one of its factors',
    program: `const heads = <B, L, H extends Dim, E extends Dim>(x: Tensor<[B, L, MultiplyDims<H, E>]>, h: DimHandle<H>) =>
  rearrange(x, 'b l (h e) -> b h l e', { h })
heads(input('x', ['B', 7, 64]), dim(4))`,
    sentence: `b l (h e) -> b h l e: ${notKnown}`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a split of a literal width by a generic size',
    program: `const heads = <H>(h: DimHandle<H>) => rearrange(input('x', ['B', 7, 64]), 'b l (h e) -> b h l e', { h })
heads(dim(4))`,
    sentence: `b l (h e) -> b h l e: ${notKnown}`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a rearrangement of a tensor of any shape',
    program: `const swapped = <S>(x: Tensor<S>) => rearrange(x, 'b l -> l b')
swapped(input('x', ['B', 7]))`,
    sentence: 'b l -> l b: the axes of the tensor are not known here; write its type as Tensor<[B, L, ...]>',
    atRunTime: 'accepts',
  },
  {
    mistake: 'a rearrangement of a tensor with any number of leading axes',
    program: `const heads = <S extends unknown[]>(x: Tensor<[...S, 64]>) => rearrange(x, 'b (h e) -> b h e', { h: 4 })
heads(input('x', ['B', 64]))`,
    sentence:
      'b (h e) -> b h e: the axes of the tensor are not known here; write its type as Tensor<[B, L, ...]>',
    atRunTime: 'accepts',
  },
  {
    mistake: 'the last axis of a tensor of any shape',
    program: `const probabilities = <S>(x: Tensor<S>) => softmax(x, -1)
probabilities(input('x', ['B', 10]))`,
    sentence: notDecided,
    atRunTime: 'accepts',
  },
  {
    mistake: 'the first axis before a known last one, which may be that one',
    program: `const total = <S extends unknown[]>(x: Tensor<[...S, 4]>) => sum(x, 0)
total(input('x', ['B', 4]))`,
    sentence: notDecided,
    atRunTime: 'accepts',
  },
  {
    mistake: 'the last axis after a known first one, which may be that one',
    program: `const total = <S extends unknown[]>(x: Tensor<['B', ...S]>) => sum(x, -1)
total(input('x', ['B', 4]))`,
    sentence: notDecided,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a matrix product over two generic sizes that may differ',
    program: `const product = <N, H, K>(x: Tensor<[N, H]>, w: Tensor<[K, 3]>) => matmul(x, w)
product(input('x', ['B', 4]), parameter('w', [4, 3]))`,
    sentence: notDecided,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a reshape of generic sizes',
    program: `const reshaped = <N, H>(x: Tensor<[N, H]>) => reshape(x, [4, 8])
reshaped(input('x', [2, 16]))`,
    sentence: notDecided,
    atRunTime: 'accepts',
  },
  {
    mistake: 'a linear layer over a generic number of inputs',
    program: `const layer = <N, H, K>(x: Tensor<[N, H]>, w: Tensor<[3, K]>) => linear(x, w)
layer(input('x', ['B', 4]), parameter('w', [3, 4]))`,
    sentence: notDecided,
    atRunTime: 'accepts',
  },
]
