/** Models of stages, one after the other. The parameters of each stage are named after its place. */
import { add, scope } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { erased } from '../dsl/erasure.js'
import { faulty } from '../dsl/node.js'

/**
 * A part of a model: a function of a tensor and of the name under which its parameters are. `dense(784, 128)` is one, and
 * so is every function of a tensor alone, such as `relu` or `linearLayer('head', dim(128), dim(10))`. One that takes options
 * too is wrapped: `(x) => gelu(x)`.
 */
export type Stage<A, B> = (x: A, name: string) => B

/** The name of a part within a model of this name. The parts of a model without a name have their own names only. */
const within = (name: string, part: number): string => (name === '' ? `${part}` : `${name}.${part}`)

/** A part applied in the scope of its name. */
const inPart = <A, B>(name: string, stage: Stage<A, B>, x: A): B => scope(name, () => stage(x, name))

/**
 * Stages, each applied to what the one before it gives. A stage that does not take that shape does not compile. The
 * result is a stage too: it keeps leading axes open where its stages do, and can be a part of another model.
 *
 * Stages are named by their places, from 0, as in PyTorch's `nn.Sequential`: those of `sequential(…)(x, 'mlp')` are
 * `mlp.0`, `mlp.1` and so on, and with the name `''` they are `0`, `1` and so on. Each stage is a `scope` of that name, too.
 *
 * @example
 * const classify = sequential(dense(784, 128), relu, dense(128, 10))
 * const logits = classify(input('x', ['B', 784]), 'mlp') // [B,10]; parameters mlp.0.weight, mlp.0.bias, mlp.2.weight, ...
 */
export function sequential<A, B>(a: Stage<A, B>): Stage<A, B>
export function sequential<A, B, C>(a: Stage<A, B>, b: Stage<NoInfer<B>, C>): Stage<A, C>
export function sequential<A, B, C, D>(
  a: Stage<A, B>,
  b: Stage<NoInfer<B>, C>,
  c: Stage<NoInfer<C>, D>,
): Stage<A, D>
export function sequential<A, B, C, D, E>(
  a: Stage<A, B>,
  b: Stage<NoInfer<B>, C>,
  c: Stage<NoInfer<C>, D>,
  d: Stage<NoInfer<D>, E>,
): Stage<A, E>
export function sequential<A, B, C, D, E, F>(
  a: Stage<A, B>,
  b: Stage<NoInfer<B>, C>,
  c: Stage<NoInfer<C>, D>,
  d: Stage<NoInfer<D>, E>,
  e: Stage<NoInfer<E>, F>,
): Stage<A, F>
export function sequential<A, B, C, D, E, F, G>(
  a: Stage<A, B>,
  b: Stage<NoInfer<B>, C>,
  c: Stage<NoInfer<C>, D>,
  d: Stage<NoInfer<D>, E>,
  e: Stage<NoInfer<E>, F>,
  f: Stage<NoInfer<F>, G>,
): Stage<A, G>
export function sequential<A, B, C, D, E, F, G, H>(
  a: Stage<A, B>,
  b: Stage<NoInfer<B>, C>,
  c: Stage<NoInfer<C>, D>,
  d: Stage<NoInfer<D>, E>,
  e: Stage<NoInfer<E>, F>,
  f: Stage<NoInfer<F>, G>,
  g: Stage<NoInfer<G>, H>,
): Stage<A, H>
export function sequential<A, B, C, D, E, F, G, H, I>(
  a: Stage<A, B>,
  b: Stage<NoInfer<B>, C>,
  c: Stage<NoInfer<C>, D>,
  d: Stage<NoInfer<D>, E>,
  e: Stage<NoInfer<E>, F>,
  f: Stage<NoInfer<F>, G>,
  g: Stage<NoInfer<G>, H>,
  h: Stage<NoInfer<H>, I>,
): Stage<A, I>
export function sequential(...stages: readonly Stage<unknown, unknown>[]): Stage<unknown, unknown> {
  return (x, name) => stages.reduce((given, stage, i) => inPart(within(name, i), stage, given), x)
}

/**
 * x + block(x), the residual connection of He et al. 2016 ("Deep residual learning", sec. 3.1). The block must give the
 * shape that it takes; any other does not compile.
 *
 * @example
 * const mixed = residual(sequential(dense(64, 256, { activation: gelu }), dense(256, 64)))(input('x', ['B', 64]), 'mlp') // [B,64]
 */
export const residual =
  <S>(block: Stage<Tensor<S>, Tensor<S>>): Stage<Tensor<S>, Tensor<S>> =>
  (x, name) =>
    add(x, block(x, name))

/**
 * The same block `count` times in a row, each with parameters of its own: those of `layerStack(12, block)(x, 'blocks')` are
 * named `blocks.0`, ..., `blocks.11`, and so are the scopes of the layers. The block must give the shape that it takes; any other does not compile. A count
 * that is no whole number is a fault of the program.
 *
 * A block that ignores the name that it is given shares its parameters among all layers.
 *
 * @example
 * const block = residual(sequential(dense(64, 256, { activation: gelu }), dense(256, 64)))
 * const encoded = layerStack(12, block)(input('x', ['B', 'L', 64]), 'blocks') // [B,L,64]; blocks.0.0.weight, ...
 */
export const layerStack =
  <S>(count: number, block: Stage<Tensor<S>, Tensor<S>>): Stage<Tensor<S>, Tensor<S>> =>
  (x, name) =>
    Number.isSafeInteger(count) && count >= 0
      ? Array.from({ length: count }, (_, i) => within(name, i)).reduce(
          (given, part) => inPart(part, block, given),
          x,
        )
      : erased(faulty('layerStack', `${count} is not a number of layers: give a whole number`, [x.node]))
