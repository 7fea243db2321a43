/** Features of prompts whose context belongs to an image and whose names belong to classes. */
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
import type { ClipArchitecture, TextWidth } from '../clip/architecture.js'
import { branchingTextEncoder, pairedTextEncoder, tokenEmbedding } from '../clip/text-encoder.js'

/** Prompts `[SOS] X ... X name . [EOT]` of K classes; X stands where context goes. */
export type ClassPrompts = Tensor<['K', 'X'], 'i32'>

/** One of each, for images that come in pairs. */
export type Pair<A> = readonly [A, A]

/** Positions of the lengths, shortest first: equal ones side by side are computed together. */
const shortestFirst = (lengths: readonly number[]): readonly number[] =>
  [...lengths.keys()].toSorted((i, j) => (lengths[i] ?? 0) - (lengths[j] ?? 0))

const inverse = (order: readonly number[]): readonly number[] => order.map((_, i) => order.indexOf(i))

/** Encodes endings [K,S,width] behind beginnings that it knows. */
type EncodeEndings<B> = <Q>(
  endings: Tensor<['K', 'S', TextWidth]>,
  runs: Ragged<Q, 'K', 'S'>,
  ends: Tensor<['K'], 'i32'>,
) => Tensor<[B, 'K', 'E']>

/** Features of the classes' names behind `before` tokens, in the order of the classes, in whichever they are computed. */
const encodeNames =
  (architecture: ClipArchitecture) =>
  <B>(
    encode: EncodeEndings<B>,
    before: number,
    classes: ClassPrompts,
    lengths?: readonly number[],
  ): Tensor<[B, 'K', 'E']> => {
    const embed = tokenEmbedding(architecture)
    const length = sized('S', Math.max(...(lengths ?? [Number(axis(classes, 1).dim)])) - before)
    const endings = (prompts: ClassPrompts) => embed(slice(prompts, 1, before, length))
    const ends = (prompts: ClassPrompts) => sub(argMax(prompts, 1), before)
    if (lengths === undefined) {
      const runs = uniformRagged(axis(classes, 0), length)
      return encode(endings(classes), runs, ends(classes))
    }
    const order = shortestFirst(lengths)
    const prompts = reorder(classes, 0, order)
    const runs = ragged(
      order.map((k) => (lengths[k] ?? 0) - before),
      { total: 'Q', count: 'K', longest: 'S' },
    )
    const features = encode(endings(prompts), runs, ends(prompts))
    return reorder(features, 1, inverse(order))
  }

/** [SOS], then tokens [B,R,width]. */
const withStart =
  (architecture: ClipArchitecture) =>
  <B, R>(tokens: Tensor<[B, R, TextWidth]>, classes: ClassPrompts) => {
    const start = tokenEmbedding(architecture)(slice(slice(classes, 0, 0, 1), 1, 0, 1))
    return concat(broadcastTo(start, [axis(tokens, 0), 1, axis(tokens, 2)]), tokens, 1)
  }

/**
 * Contexts [B,C,width], one per image, to the features [B,K,E] of `[SOS] context name . [EOT]` for every image and
 * every class; not normalised. The prompts hold C placeholders after their first token.
 *
 * `[SOS] context` goes through the encoder once per image, whatever the number of classes; only the tokens from the
 * name on are computed for every image and class. `lengths` says how long the prompt of each class is, up to its
 * [EOT]; K is then their number. Without them prompts are computed to their end, padding and all, to the same result.
 *
 * @example
 * const contexts = input('contexts', ['B', 4, clipDims(architecture).textWidth])
 * const features = promptFeatures(architecture)(contexts, prompts) // [B,K,E]
 */
export const promptFeatures = (architecture: ClipArchitecture) => {
  const begin = withStart(architecture)
  const encode = branchingTextEncoder(architecture)
  const encodeBehind = encodeNames(architecture)
  return <B, C>(
    context: Tensor<[B, C, TextWidth]>,
    classes: ClassPrompts,
    lengths?: readonly number[],
  ): Tensor<[B, 'K', 'E']> => {
    const beginnings = begin(context, classes)
    return encodeBehind(
      (endings, runs, ends) => encode(beginnings, endings, runs, ends),
      Number(axis(beginnings, 1).dim),
      classes,
      lengths,
    )
  }
}

/**
 * The same for two images whose contexts begin alike, for each of B pairs: what they share [B,R,width], and how the
 * first and the second go on, both [B,C,width]. `[SOS] shared` goes through the encoder once per pair.
 *
 * Equal to `promptFeatures` of the whole contexts [B,R+C,width] of the first images, and of the second.
 */
export const pairedPromptFeatures = (architecture: ClipArchitecture) => {
  const begin = withStart(architecture)
  const encode = pairedTextEncoder(architecture)
  const encodeBehind = encodeNames(architecture)
  return <B, R, C>(
    shared: Tensor<[B, R, TextWidth]>,
    own: Pair<Tensor<[B, C, TextWidth]>>,
    classes: ClassPrompts,
    lengths?: readonly number[],
  ): Pair<Tensor<[B, 'K', 'E']>> => {
    const roots = begin(shared, classes)
    const batch = axis(shared, 0)
    const both = encodeBehind(
      (endings, runs, ends) => encode(roots, own, endings, runs, ends),
      Number(axis(roots, 1).dim) + Number(axis(own[0], 1).dim),
      classes,
      lengths,
    )
    return [slice(both, 0, 0, batch), slice(both, 0, batch, batch)]
  }
}
