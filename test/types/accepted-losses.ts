/** Programs that must compile: losses of classes, of elements, of embeddings, and of two batches. */
import type { AcceptedProgram } from './accepted-program.js'

export const acceptedLosses: readonly AcceptedProgram[] = [
  {
    shows: 'label smoothing inside generic code',
    program: `const smoothed = <B, K>(logits: Tensor<[B, K]>, labels: Tensor<[B], 'i32'>) =>
  crossEntropy(logits, labels, { labelSmoothing: 0.1 })
smoothed(input('logits', ['B', 10]), input('labels', ['B'], 'i32'))`,
    shape: [],
  },
  {
    shows: 'losses of elements, of tensors of any shape',
    program: `const three = <S>(x: Tensor<S>, y: Tensor<S>) => add(add(huberLoss(x, y), hingeLoss(x, y)), add(binaryCrossEntropy(x, y), binaryFocalLoss(x, y, { alpha: 0.25 })))
add(three(input('x', ['B', 3, 8]), input('y', ['B', 3, 8])), three(input('a', []), input('b', [])))`,
    shape: [],
  },
  {
    shows: 'a segmentation with an overlap for each class of each image',
    program: `const perClass = <B, K, H, W>(x: Tensor<[B, K, H, W]>) => rearrange(x, 'b k h w -> (b k) (h w)')
diceLoss(perClass(softmax(input('logits', ['B', 5, 32, 32]), 1)), perClass(input('masks', ['B', 5, 32, 32])))`,
    shape: [],
  },
  {
    shows: 'a Dice loss of images inside generic code',
    program: `const loss = <B, H, W>(x: Tensor<[B, H, W]>, y: Tensor<[B, H, W]>) => diceLoss(sigmoid(x), y, { squared: true })
loss(input('x', ['B', 'H', 'W']), input('y', ['B', 'H', 'W']))`,
    shape: [],
  },
  {
    shows: 'a queue of negatives of another length',
    program: `infoNCE(input('queries', ['B', 128]), input('keys', ['B', 128]), { negatives: input('queue', [4096, 128]) })`,
    shape: [],
  },
  {
    shows: 'triplets, given and mined',
    program: `const x = input('x', ['B', 128])
add(tripletLoss(x, input('p', ['B', 128]), input('n', ['B', 128])), batchHardTripletLoss(x, input('labels', ['B'], 'i32'), { margin: 'soft' }))`,
    shape: [],
  },
  {
    shows: 'discrepancies of two batches of different sizes, inside generic code',
    program: `const gap = <N, M, D>(x: Tensor<[N, D]>, y: Tensor<[M, D]>) => add(maximumMeanDiscrepancy(x, y, { bandwidths: [1, 2] }), coral(x, y))
gap(input('source', ['N', 256]), input('target', [32, 256]))`,
    shape: [],
  },
]
