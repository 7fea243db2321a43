/** Features of prompts by OpenAI's text tower, where each image has a context of its own and all share the class names. */
import type { Ragged, Tensor } from '../../dsl/index.js'
import {
  argMax,
  axis,
  broadcastTo,
  concat,
  uniformRagged,
  reorder,
  sized,
  slice,
  sub,
  ragged,
} from '../../dsl/index.js'
import type { ClassPrompts } from '../towers/class-prompts.js'
import type { Pair } from '../towers/clip-towers.js'
import type { ClipArchitecture, TextWidth } from './architecture.js'
import { sharedPrefixTextEncoder, pairedPrefixTextEncoder, tokenEmbedding } from './text-encoder.js'
import { largest } from '../../values/extremes.js'

/** Positions of the lengths, shortest first: equal ones that are neighbours are computed together. */
const shortestFirst = (lengths: readonly number[]): readonly number[] =>
  [...lengths.keys()].toSorted((i, j) => (lengths[i] ?? 0) - (lengths[j] ?? 0))

const inverse = (order: readonly number[]): readonly number[] => order.map((_, i) => order.indexOf(i))

/** Encodes suffixes [K,S,width] that continue prefixes which are encoded already. */
type EncodeSuffixes<B> = <Q>(
  suffixes: Tensor<['K', 'S', TextWidth]>,
  runs: Ragged<Q, 'K', 'S'>,
  ends: Tensor<['K'], 'i32'>,
) => Tensor<[B, 'K', 'E']>

/** Features [B,K,E] of prompts whose first `before` tokens are the prefix; the classes' names are the suffixes. */
const encodeNames =
  (architecture: ClipArchitecture) =>
  <B>(
    encode: EncodeSuffixes<B>,
    before: number,
    { tokens, lengths }: ClassPrompts,
  ): Tensor<[B, 'K', 'E']> => {
    const embed = tokenEmbedding(architecture)
    const length = sized('S', largest(lengths ?? [Number(axis(tokens, 1).dim)]) - before)
    const suffixes = (prompts: ClassPrompts['tokens']) => embed(slice(prompts, 1, before, length))
    const ends = (prompts: ClassPrompts['tokens']) => sub(argMax(prompts, 1), before)
    if (lengths === undefined) {
      const runs = uniformRagged(axis(tokens, 0), length)
      return encode(suffixes(tokens), runs, ends(tokens))
    }
    const order = shortestFirst(lengths)
    const ordered = reorder(tokens, 0, order)
    const runs = ragged(
      order.map((k) => (lengths[k] ?? 0) - before),
      { total: 'Q', count: 'K', longest: 'S' },
    )
    const features = encode(suffixes(ordered), runs, ends(ordered))
    return reorder(features, 1, inverse(order))
  }

/** [SOS], then a context [B,R,width]: [B,1+R,width]. */
const withStart =
  (architecture: ClipArchitecture) =>
  <B, R>(context: Tensor<[B, R, TextWidth]>, { tokens }: ClassPrompts) => {
    const start = tokenEmbedding(architecture)(slice(slice(tokens, 0, 0, 1), 1, 0, 1))
    return concat([broadcastTo(start, [axis(context, 0), 1, axis(context, 2)]), context], 1)
  }

/**
 * Contexts [B,C,width], one per image, to the features [B,K,E] of `[SOS] context name . [EOT]` for every image and
 * every class; not normalised. The prompts hold C placeholders after their first token.
 *
 * `[SOS] context` goes through the encoder once per image, whatever the number of classes; only the tokens from the
 * name on are computed for every image and class.
 *
 * @example
 * const contexts = input('contexts', ['B', 4, clipDims(architecture).textWidth])
 * const features = promptFeatures(architecture)(contexts, prompts) // [B,K,E]
 */
export const promptFeatures = (architecture: ClipArchitecture) => {
  const begin = withStart(architecture)
  const encode = sharedPrefixTextEncoder(architecture)
  const encodeAfter = encodeNames(architecture)
  return <B, C>(context: Tensor<[B, C, TextWidth]>, classPrompts: ClassPrompts): Tensor<[B, 'K', 'E']> => {
    const prefixes = begin(context, classPrompts)
    return encodeAfter(
      (suffixes, runs, ends) => encode(prefixes, suffixes, runs, ends),
      Number(axis(prefixes, 1).dim),
      classPrompts,
    )
  }
}

/**
 * The same for B pairs of images whose contexts begin alike: the shared beginning [B,R,width], and the rest of the first
 * and of the second context, both [B,C,width]. `[SOS] shared` goes through the encoder once per pair.
 *
 * Equal to `promptFeatures` of the whole contexts [B,R+C,width] of the first images, and of the second.
 */
export const pairedPromptFeatures = (architecture: ClipArchitecture) => {
  const begin = withStart(architecture)
  const encode = pairedPrefixTextEncoder(architecture)
  const encodeAfter = encodeNames(architecture)
  return <B, R, C>(
    shared: Tensor<[B, R, TextWidth]>,
    own: Pair<Tensor<[B, C, TextWidth]>>,
    classPrompts: ClassPrompts,
  ): Pair<Tensor<[B, 'K', 'E']>> => {
    const roots = begin(shared, classPrompts)
    const batch = axis(shared, 0)
    const both = encodeAfter(
      (suffixes, runs, ends) => encode(roots, own, suffixes, runs, ends),
      Number(axis(roots, 1).dim) + Number(axis(own[0], 1).dim),
      classPrompts,
    )
    return [slice(both, 0, 0, batch), slice(both, 0, batch, batch)]
  }
}
