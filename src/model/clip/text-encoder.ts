/** CLIP's text encoder: a causal transformer, read at the end of the text. */
import {
  add,
  axis,
  broadcastTo,
  causalMask,
  dim,
  embedding,
  packRagged,
  linear,
  parameter,
  takeRow,
  plus,
  sized,
  slice,
  stack,
  times,
  transposeLast,
} from '../../dsl/index.js'
import type { DimHandle, Ragged, Tensor } from '../../dsl/index.js'
import type { Beginnings } from '../branching-transformer.js'
import { branchingTransformer, pairedBeginnings, separateBeginnings } from '../branching-transformer.js'
import type { Layer } from '../layers.js'
import { layerNormLayer } from '../layers.js'
import { transformer } from '../transformer.js'
import type { ClipArchitecture, ClipDims, TextWidth } from './architecture.js'
import { clipDims } from './architecture.js'

/** The embedding of every token of the vocabulary: [V,width]. */
export const tokenTable = (architecture: ClipArchitecture): Tensor<['V', TextWidth]> => {
  const { vocabulary, textWidth } = clipDims(architecture)
  return parameter('token_embedding.weight', [vocabulary, textWidth])
}

/** The embedding of token ids: [...] to [...,width]. */
export const tokenEmbedding =
  (architecture: ClipArchitecture) =>
  <Ids extends unknown[]>(ids: Tensor<Ids, 'i32'>): Tensor<[...Ids, TextWidth]> =>
    embedding(tokenTable(architecture), ids)

const positionalEmbedding = ({ context, textWidth }: ClipDims) =>
  parameter('positional_embedding', [context, textWidth])

/** States at the ends of texts [...,width] to features [...,E]. */
const readFeatures =
  ({ textWidth, embedding: features }: ClipDims): Layer<TextWidth, 'E'> =>
  (ends) =>
    linear(
      layerNormLayer('ln_final', textWidth)(ends),
      transposeLast(parameter('text_projection', [textWidth, features])),
    )

/**
 * Prompt embeddings [N,L,width] and the position of each one's end of text [N] to features [N,E], not normalised.
 * L is at most the context length.
 */
export const textEncoder = (architecture: ClipArchitecture) => {
  const sizes = clipDims(architecture)
  return <N, L>(prompts: Tensor<[N, L, TextWidth]>, endOfText: Tensor<[N], 'i32'>): Tensor<[N, 'E']> => {
    const length = axis(prompts, 1)
    const placed = add(
      prompts,
      broadcastTo(slice(positionalEmbedding(sizes), 0, 0, length), [
        axis(prompts, 0),
        length,
        sizes.textWidth,
      ]),
    )
    const outputs = transformer(
      'transformer',
      architecture.textLayers,
      sizes.text,
    )(placed, causalMask(length))
    return readFeatures(sizes)(takeRow(outputs.at(-1) ?? placed, endOfText))
  }
}

/** Endings [N,S,width] behind beginnings of P tokens, to the features [B,N,E] of all B · N texts. */
const encodeEndings = (architecture: ClipArchitecture) => {
  const sizes = clipDims(architecture)
  const run = branchingTransformer('transformer', architecture.textLayers, sizes.text)
  return <B, P, Q, N, S>(
    beginnings: Beginnings<B, P, 'Ht', 'Et'>,
    [batch, length]: readonly [DimHandle<B>, DimHandle<P>],
    endings: Tensor<[N, S, TextWidth]>,
    runs: Ragged<Q, N, S>,
    ends: Tensor<[N], 'i32'>,
  ): Tensor<[B, N, 'E']> => {
    const placed = packRagged(
      add(endings, slice(positionalEmbedding(sizes), 0, length, axis(endings, 1))),
      runs,
    )
    const states = run(beginnings, broadcastTo(placed, [batch, runs.total, sizes.textWidth]), runs, ends)
    return readFeatures(sizes)(states)
  }
}

/**
 * Texts that begin alike, without doing twice what they share: embeddings of B beginnings [B,P,width] and of N endings
 * [N,S,width], of which each text is one of either, to the features [B,N,E] of all B · N texts, not normalised.
 *
 * `ends` are the positions of end of text within the endings. P and S are together at most the context length; what
 * `runs` says to be longer than an ending is never computed. Equal to `textEncoder` of the B · N whole texts.
 *
 * @example
 * const width = clipDims(architecture).textWidth
 * const [images, names] = [input('contexts', ['B', 29, width]), input('names', ['K', 5, width])]
 * const runs = uniformRagged(dim('K'), dim(5))
 * const features = branchingTextEncoder(architecture)(images, names, runs, input('ends', ['K'], 'i32')) // [B,K,E]
 */
export const branchingTextEncoder = (architecture: ClipArchitecture) => {
  const encode = encodeEndings(architecture)
  return <B, P, Q, N, S>(
    beginnings: Tensor<[B, P, TextWidth]>,
    endings: Tensor<[N, S, TextWidth]>,
    runs: Ragged<Q, N, S>,
    ends: Tensor<[N], 'i32'>,
  ): Tensor<[B, N, 'E']> => {
    const [batch, length] = [axis(beginnings, 0), axis(beginnings, 1)]
    const placed = add(beginnings, slice(positionalEmbedding(clipDims(architecture)), 0, 0, length))
    return encode(separateBeginnings<B, P, 'Ht', 'Et'>(placed), [batch, length], endings, runs, ends)
  }
}

/**
 * The same where beginnings come in pairs that begin alike: roots [B,R,width], and what goes on from each in its first
 * and in its second beginning, both [B,C,width]. The features [A,N,E] of all A = 2 B beginnings, the first ones before the
 * second ones. Equal to `branchingTextEncoder` of the whole beginnings; a root is computed once.
 */
export const pairedTextEncoder = (architecture: ClipArchitecture) => {
  const encode = encodeEndings(architecture)
  return <B, R, C, Q, N, S>(
    roots: Tensor<[B, R, TextWidth]>,
    [first, second]: readonly [Tensor<[B, C, TextWidth]>, Tensor<[B, C, TextWidth]>],
    endings: Tensor<[N, S, TextWidth]>,
    runs: Ragged<Q, N, S>,
    ends: Tensor<[N], 'i32'>,
  ): Tensor<['A', N, 'E']> => {
    const positions = positionalEmbedding(clipDims(architecture))
    const [batch, rootLength, length] = [axis(roots, 0), axis(roots, 1), axis(first, 1)]
    const place = (tokens: Tensor<[B, C, TextWidth]>) => add(tokens, slice(positions, 0, rootLength, length))
    const own = stack([place(first), place(second)], 1)
    const pair = { total: sized('Q', times(dim(2), length)), count: dim(2), longest: length }
    const sizes = [sized('A', plus(batch, batch)), sized('P', plus(rootLength, length))] as const
    const placed = add(roots, slice(positions, 0, 0, rootLength))
    const beginnings = pairedBeginnings<B, R, C, 'Ht', 'Et'>(placed, packRagged(own, pair), pair, sizes)
    return encode(beginnings, sizes, endings, runs, ends)
  }
}
