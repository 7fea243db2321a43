/** Programs that must compile: models of stages. */
import type { AcceptedProgram } from './accepted-program.js'

export const acceptedModels: readonly AcceptedProgram[] = [
  {
    shows: 'stages that fit',
    program: `sequential(dense(784, 128), relu, dense(128, 10))(input('x', ['B', 784]), 'mlp')`,
    shape: ['B', 10],
  },
  {
    shows: 'one model on tensors of another rank',
    program: `const model = sequential(dense(784, 128, { activation: gelu }), (h) => softmax(h, -1), dense(128, 10, { bias: false }))
model(input('x', ['B', 'L', 784]), 'mlp')`,
    shape: ['B', 'L', 10],
  },
  {
    shows: 'models as stages of a model, down to a stack of residual blocks',
    program: `const block = residual(sequential(dense(64, 256), (h) => gelu(h), dense(256, 64)))
const model = sequential(dense(8, 64), layerStack(12, block), sequential(dense(64, 16, { activation: tanh }), dense(16, 1)))
model(input('x', ['B', 'L', 8]), 'model')`,
    shape: ['B', 'L', 1],
  },
  {
    shows: 'stages of images and of vectors in one model',
    program: `const features = (x: Tensor<['B', 3, 32, 32]>, name: string) =>
  conv2d(x, parameter(name + '.weight', [16, 3, 3, 3]), { padding: 1 })
sequential(features, relu, (x) => mean(x, [2, 3]), dense(16, 10))(input('x', ['B', 3, 32, 32]), 'cnn')`,
    shape: ['B', 10],
  },
  {
    shows: 'a model of sizes that are the caller’s',
    program: `const classify = <I, H>(inputs: DimHandle<I>, hidden: DimHandle<H>) =>
  sequential(dense(inputs, hidden), relu, dense(hidden, 10))(input('x', ['B', inputs]), 'mlp')
classify(dim('F'), dim(32))`,
    shape: ['B', 10],
  },
  {
    shows: 'a tensor and the handles of its factors in one list of parameters',
    program: `const byHead = <B, H, E>(x: Tensor<[B, MultiplyDims<H, E>]>, h: DimHandle<H>, e: DimHandle<E>): Tensor<[B, H, E]> =>
  rearrange(x, 'b (h e) -> b h e', { h, e })
byHead(input('x', ['B', 64]), dim(4), dim(16))`,
    shape: ['B', 4, 16],
  },
]
