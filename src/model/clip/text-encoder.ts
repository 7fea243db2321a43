/** CLIP's text encoder: a causal transformer, read at the end of the text. */
import {
  add,
  argMax,
  axis,
  broadcastTo,
  dim,
  embedding,
  packRagged,
  linear,
  parameter,
  plus,
  sized,
  slice,
  stack,
  times,
  transposeLast,
} from '../../dsl/index.js'
import type { DimHandle, Ragged, Tensor } from '../../dsl/index.js'
import type { CachedBlock } from '../shared-prefix-transformer.js'
import {
  cachePairedPrefixes,
  cachePrefixes,
  encodeSuffixEnds,
  sharedPrefixBlocks,
} from '../shared-prefix-transformer.js'
import type { Layer } from '../layers.js'
import { layerNormLayer } from '../normalization.js'
import type { ClassPrompts } from '../towers/class-prompts.js'
import type { DeepPrompts } from '../towers/prompted-towers.js'
import { promptedTransformer, withPrompt } from '../prompted-transformer.js'
import { transformer, transformerAt } from '../transformer.js'
import type { ClipArchitecture, TextWidth } from './architecture.js'
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

const positionalEmbedding = (architecture: ClipArchitecture) => {
  const { context, textWidth } = clipDims(architecture)
  return parameter('positional_embedding', [context, textWidth])
}

/** States at the ends of texts [...,width] to features [...,E]. */
const readFeatures = (architecture: ClipArchitecture): Layer<TextWidth, 'E'> => {
  const { textWidth, embedding: features } = clipDims(architecture)
  const { epsilon } = architecture.textBlocks
  return (ends) =>
    linear(
      layerNormLayer('ln_final', textWidth, { epsilon })(ends),
      transposeLast(parameter('text_projection', [textWidth, features])),
    )
}

/** Embeddings [N,L,width] with their positions. L is at most the context length. */
const placeTexts =
  (architecture: ClipArchitecture) =>
  <N, L>(prompts: Tensor<[N, L, TextWidth]>): Tensor<[N, L, TextWidth]> => {
    const [count, length] = [axis(prompts, 0), axis(prompts, 1)]
    const positions = slice(positionalEmbedding(architecture), 0, 0, length)
    return add(prompts, broadcastTo(positions, [count, length, clipDims(architecture).textWidth]))
  }

/** Embeddings [N,L,width] to the output of the last block. */
const lastTextStates =
  (architecture: ClipArchitecture) =>
  <N, L>(prompts: Tensor<[N, L, TextWidth]>): Tensor<[N, L, TextWidth]> => {
    const placed = placeTexts(architecture)(prompts)
    const { textLayers, textBlocks: form } = architecture
    const outputs = transformer(
      'transformer',
      textLayers,
      clipDims(architecture).text,
      form,
    )(placed, {
      causal: true,
    })
    return outputs.at(-1) ?? placed
  }

/**
 * Prompt embeddings [N,L,width] and the position of each one's end of text [N] to features [N,E], not normalised.
 * L is at most the context length.
 */
export const textEncoder = (architecture: ClipArchitecture) => {
  const { textLayers, textBlocks: form } = architecture
  const encode = transformerAt('transformer', textLayers, clipDims(architecture).text, form)
  const [place, read] = [placeTexts(architecture), readFeatures(architecture)] as const
  return <N, L>(prompts: Tensor<[N, L, TextWidth]>, endOfText: Tensor<[N], 'i32'>): Tensor<[N, 'E']> =>
    read(encode(place(prompts), endOfText, { causal: true }))
}

/** Prompt embeddings [N,L,width] to what `textEncoder` would read at each position: [N,L,E], not normalised. */
export const textTokenEncoder = (architecture: ClipArchitecture) => {
  const [encode, read] = [lastTextStates(architecture), readFeatures(architecture)] as const
  return <N, L>(prompts: Tensor<[N, L, TextWidth]>): Tensor<[N, L, 'E']> => read(encode(prompts))
}

/**
 * Token ids [K,X] of classes to their features [K,E], not normalised, with P prompts [P,width] in the place of the tokens after the
 * first: the first of the prompts before the positions are added, each further one in the place of the one before in front of the
 * next block.
 */
export const promptedTextEncoder = (architecture: ClipArchitecture) => {
  const { textLayers, textBlocks: form } = architecture
  return <P>(
    tokens: ClassPrompts['tokens'],
    [first, ...rest]: DeepPrompts<P, TextWidth>,
  ): Tensor<['K', 'E']> => {
    const placed = placeTexts(architecture)(withPrompt(tokenEmbedding(architecture)(tokens), first))
    const encode = promptedTransformer('transformer', textLayers, clipDims(architecture).text, form)
    return readFeatures(architecture)(encode(placed, rest, argMax(tokens, 1), { causal: true }))
  }
}

/** The blocks of the text tower. */
const textBlocks = (architecture: ClipArchitecture) =>
  sharedPrefixBlocks(
    'transformer',
    architecture.textLayers,
    clipDims(architecture).text,
    architecture.textBlocks,
  )

/** Suffixes [N,S,width] that continue B prefixes of P tokens, to the features [B,N,E] of all B · N texts. */
const encodeSuffixes =
  (architecture: ClipArchitecture) =>
  <B, P, Q, N, S>(
    cached: readonly CachedBlock<B, P, 'Ht', 'Et'>[],
    [batch, length]: readonly [DimHandle<B>, DimHandle<P>],
    suffixes: Tensor<[N, S, TextWidth]>,
    runs: Ragged<Q, N, S>,
    ends: Tensor<[N], 'i32'>,
  ): Tensor<[B, N, 'E']> => {
    const { textWidth } = clipDims(architecture)
    const positions = slice(positionalEmbedding(architecture), 0, length, axis(suffixes, 1))
    const placed = packRagged(add(suffixes, positions), runs)
    const repeated = broadcastTo(placed, [batch, runs.total, textWidth])
    return readFeatures(architecture)(
      encodeSuffixEnds<B, P, Q, N, S, 'Ht', 'Et'>(cached, repeated, runs, ends),
    )
  }

/**
 * Texts that share prefixes and suffixes, without computing a shared part twice: embeddings of B prefixes [B,P,width] and
 * of N suffixes [N,S,width] to the features [B,N,E] of all B · N texts, not normalised.
 *
 * `ends` are the positions of end of text within the suffixes. P and S together are at most the context length; what a
 * suffix has after its length in `runs` is never computed. Equal to `textEncoder` of the B · N whole texts.
 *
 * @example
 * const width = clipDims(architecture).textWidth
 * const [images, names] = [input('contexts', ['B', 29, width]), input('names', ['K', 5, width])]
 * const runs = uniformRagged(dim('K'), dim(5))
 * const features = sharedPrefixTextEncoder(architecture)(images, names, runs, input('ends', ['K'], 'i32')) // [B,K,E]
 */
export const sharedPrefixTextEncoder = (architecture: ClipArchitecture) => {
  const encode = encodeSuffixes(architecture)
  return <B, P, Q, N, S>(
    prefixes: Tensor<[B, P, TextWidth]>,
    suffixes: Tensor<[N, S, TextWidth]>,
    runs: Ragged<Q, N, S>,
    ends: Tensor<[N], 'i32'>,
  ): Tensor<[B, N, 'E']> => {
    const [batch, length] = [axis(prefixes, 0), axis(prefixes, 1)]
    const placed = add(prefixes, slice(positionalEmbedding(architecture), 0, 0, length))
    const cached = cachePrefixes<B, P, 'Ht', 'Et'>(textBlocks(architecture), placed)
    return encode(cached, [batch, length], suffixes, runs, ends)
  }
}

/**
 * The same where prefixes share a prefix of their own in pairs: roots [B,R,width], and the rest of the first and of the
 * second prefix of each root, both [B,C,width]. The features [A,N,E] of all A = 2 B prefixes, the first ones before the
 * second ones. Equal to `sharedPrefixTextEncoder` of the whole prefixes; a root is computed once.
 */
export const pairedPrefixTextEncoder = (architecture: ClipArchitecture) => {
  const encode = encodeSuffixes(architecture)
  return <B, R, C, Q, N, S>(
    roots: Tensor<[B, R, TextWidth]>,
    [first, second]: readonly [Tensor<[B, C, TextWidth]>, Tensor<[B, C, TextWidth]>],
    suffixes: Tensor<[N, S, TextWidth]>,
    runs: Ragged<Q, N, S>,
    ends: Tensor<[N], 'i32'>,
  ): Tensor<['A', N, 'E']> => {
    const positions = positionalEmbedding(architecture)
    const [batch, rootLength, length] = [axis(roots, 0), axis(roots, 1), axis(first, 1)]
    const place = (tokens: Tensor<[B, C, TextWidth]>) => add(tokens, slice(positions, 0, rootLength, length))
    const own = stack([place(first), place(second)], 1)
    const pair = { total: sized('Q', times(dim(2), length)), count: dim(2), longest: length }
    const sizes = [sized('A', plus(batch, batch)), sized('P', plus(rootLength, length))] as const
    const placed = add(roots, slice(positions, 0, 0, rootLength))
    const blocks = textBlocks(architecture)
    const cached = cachePairedPrefixes<B, R, C, 'Ht', 'Et'>(
      blocks,
      placed,
      packRagged(own, pair),
      pair,
      sizes,
    )
    return encode(cached, sizes, suffixes, runs, ends)
  }
}
