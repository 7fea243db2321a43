/**
 * The module by which images and texts prompt each other in DAMP: a transformer decoder without masks (Vaswani et al. 2017, sec. 3.1,
 * with norms before its parts), narrower than the embedding, as the released `trainers/damp.py` of TL-UESTC/DAMP has it.
 */
import { add, axis, broadcastTo, gelu, linear, parameter, rearrange, sized, times } from '../../dsl/index.js'
import type { DimHandle, Tensor } from '../../dsl/index.js'
import {
  constantInitialiser,
  dropoutLayer,
  layerNormLayer,
  linearLayer,
  normInitialiser,
  normalInitialiser,
  scaledDotProductAttention,
} from '../../model/index.js'
import type { NamedValues } from '../../values/named-values.js'
import type { RandomKey } from '../../values/random-key.js'

/** Sizes of the decoder. */
export interface ContextDecoderSizes {
  readonly decoderLayers: number
  readonly decoderHeads: number
  /** Features of a head. */
  readonly headWidth: number
}

/** Drops elements of a tensor under a name of its own; nothing in prediction. */
export type Dropping = <S>(x: Tensor<S>, name: string) => Tensor<S>

/** Drops nothing. */
export const droppingNothing: Dropping = (x) => x

/** Drops elements by a key; each place where the decoder is used needs a name of its own. */
export const droppingBy =
  (rate: number, key: Tensor<[2], 'i32'>, place: string): Dropping =>
  (x, name) =>
    rate === 0 ? x : dropoutLayer({ rate, key })(x, `${place}.${name}`)

const decoder = 'context_decoder'
type Width = 'Hd*Ed'

/** The keys or values of each of B rows, from those of N memories. */
type ForEach<N, M, B> = (projected: Tensor<[N, 'Hd', M, 'Ed']>) => Tensor<[B, 'Hd', M, 'Ed']>

/** Each row has a memory of its own. */
const itsOwn = <A>(projected: A): A => projected

/** Attention of several heads without biases of queries, keys and values. */
const attention = (name: string, heads: DimHandle<'Hd'>, headWidth: DimHandle<'Ed'>) => {
  const width = times(heads, headWidth)
  const project = <B, L>(x: Tensor<[B, L, Width]>, part: string): Tensor<[B, 'Hd', L, 'Ed']> =>
    rearrange(linear(x, parameter(`${name}.${part}.weight`, [width, width])), 'b l (h e) -> b h l e', {
      h: heads,
      e: headWidth,
    })
  return <B, Q, N, M>(
    x: Tensor<[B, Q, Width]>,
    memory: Tensor<[N, M, Width]>,
    forEach: ForEach<N, M, B>,
  ): Tensor<[B, Q, Width]> => {
    const mixed = scaledDotProductAttention(
      project(x, 'q_proj'),
      forEach(project(memory, 'k_proj')),
      forEach(project(memory, 'v_proj')),
    )
    return linearLayer(`${name}.proj`, width, width)(rearrange(mixed, 'b h l e -> b l (h e)'))
  }
}

/** x after self-attention, attention to a memory and a perceptron, each on a norm and added to what it reads. */
const layer = (name: string, heads: DimHandle<'Hd'>, headWidth: DimHandle<'Ed'>) => {
  const width = times(heads, headWidth)
  const hidden = sized('hidden', 4 * Number(width.dim))
  const norm = (number: 1 | 2 | 3) => layerNormLayer(`${name}.norm${number}`, width)
  const toItself = attention(`${name}.self_attn`, heads, headWidth)
  const across = attention(`${name}.cross_attn`, heads, headWidth)
  return <B, Q, N, M>(
    x: Tensor<[B, Q, Width]>,
    memory: Tensor<[N, M, Width]>,
    forEach: ForEach<N, M, B>,
    drop: Dropping,
  ): Tensor<[B, Q, Width]> => {
    const normed = norm(1)(x)
    const attended = add(x, drop(toItself(normed, normed, itsOwn), `${name}.self_attn`))
    const prompted = add(attended, drop(across(norm(2)(attended), memory, forEach), `${name}.cross_attn`))
    const inner = gelu(linearLayer(`${name}.mlp.0`, width, hidden)(norm(3)(prompted)))
    const outer = linearLayer(`${name}.mlp.3`, hidden, width)(drop(inner, `${name}.mlp.1`))
    return add(prompted, drop(outer, `${name}.dropout`))
  }
}

/** A decoder: what memories make of features [B,Q,E], which are changes of them [B,Q,E]. */
export interface ContextDecoder {
  /** Each row of features reads a memory of its own [B,M,E]. */
  readonly byOwn: <B, Q, M>(
    features: Tensor<[B, Q, 'E']>,
    memory: Tensor<[B, M, 'E']>,
    drop: Dropping,
  ) => Tensor<[B, Q, 'E']>
  /** All rows read one memory [1,M,E], whose keys and values are computed once. */
  readonly byShared: <B, Q, M>(
    features: Tensor<[B, Q, 'E']>,
    memory: Tensor<[1, M, 'E']>,
    drop: Dropping,
  ) => Tensor<[B, Q, 'E']>
}

/** The decoder of these sizes, on features of a CLIP's embedding. */
export const contextDecoder = (
  embedding: DimHandle<'E'>,
  { decoderLayers, decoderHeads, headWidth }: ContextDecoderSizes,
): ContextDecoder => {
  const [heads, ofHead] = [sized('Hd', decoderHeads), sized('Ed', headWidth)] as const
  const width = times(heads, ofHead)
  const layers = Array.from({ length: decoderLayers }, (_, i) =>
    layer(`${decoder}.decoder.${i}`, heads, ofHead),
  )
  const read =
    (name: string) =>
    <B, L>(x: Tensor<[B, L, 'E']>): Tensor<[B, L, Width]> =>
      linearLayer(`${name}.1`, embedding, width)(layerNormLayer(`${name}.0`, embedding)(x))
  const decode = <B, Q, N, M>(
    features: Tensor<[B, Q, 'E']>,
    memory: Tensor<[N, M, 'E']>,
    forEach: ForEach<N, M, B>,
    drop: Dropping,
  ): Tensor<[B, Q, 'E']> => {
    const seen = layerNormLayer(`${decoder}.memory_proj.2`, width)(read(`${decoder}.memory_proj`)(memory))
    const last = layers.reduce(
      (x, next) => next(x, seen, forEach, drop),
      read(`${decoder}.text_proj`)(features),
    )
    const normed = layerNormLayer(`${decoder}.out_proj.0`, width)(last)
    return linearLayer(`${decoder}.out_proj.1`, width, embedding)(normed)
  }
  return {
    byOwn: (features, memory, drop) => decode(features, memory, itsOwn, drop),
    byShared: (features, memory, drop) =>
      decode(
        features,
        memory,
        (projected) => broadcastTo(projected, [axis(features, 0), heads, axis(memory, 1), ofHead]),
        drop,
      ),
  }
}

/** First values: norms that only normalise, weights with a deviation of 0.02, biases of 0. */
export const initialContextDecoder = (
  key: RandomKey,
  embedding: number,
  { decoderLayers, decoderHeads, headWidth }: ContextDecoderSizes,
): NamedValues => {
  const width = decoderHeads * headWidth
  const weight = (name: string, inputs: number, outputs: number): NamedValues => ({
    [`${name}.weight`]: normalInitialiser(key, `${name}.weight`, [outputs, inputs], 0.02),
  })
  const affine = (name: string, inputs: number, outputs: number): NamedValues => ({
    ...weight(name, inputs, outputs),
    [`${name}.bias`]: constantInitialiser([outputs], 0),
  })
  const ofAttention = (name: string): NamedValues => ({
    ...weight(`${name}.q_proj`, width, width),
    ...weight(`${name}.k_proj`, width, width),
    ...weight(`${name}.v_proj`, width, width),
    ...affine(`${name}.proj`, width, width),
  })
  const ofLayer = (name: string): NamedValues => ({
    ...ofAttention(`${name}.self_attn`),
    ...ofAttention(`${name}.cross_attn`),
    ...normInitialiser(`${name}.norm1`, width),
    ...normInitialiser(`${name}.norm2`, width),
    ...normInitialiser(`${name}.norm3`, width),
    ...affine(`${name}.mlp.0`, width, 4 * width),
    ...affine(`${name}.mlp.3`, 4 * width, width),
  })
  return Object.assign(
    {
      ...normInitialiser(`${decoder}.memory_proj.0`, embedding),
      ...affine(`${decoder}.memory_proj.1`, embedding, width),
      ...normInitialiser(`${decoder}.memory_proj.2`, width),
      ...normInitialiser(`${decoder}.text_proj.0`, embedding),
      ...affine(`${decoder}.text_proj.1`, embedding, width),
      ...normInitialiser(`${decoder}.out_proj.0`, width),
      ...affine(`${decoder}.out_proj.1`, width, embedding),
    },
    ...Array.from({ length: decoderLayers }, (_, i) => ofLayer(`${decoder}.decoder.${i}`)),
  )
}
