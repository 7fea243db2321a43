/**
 * A CLIP in the form in which prompts are learned on it: two frozen towers into one embedding. Methods, training and
 * evaluation read nothing else of a CLIP, so that one of any architecture can be adapted. `openAiTowers` are the towers
 * of OpenAI's architecture.
 *
 * Sizes are symbols in the types: `width` features of a token, `side` pixels, `E` features of the joint embedding,
 * `K` classes, `B` images. Where the functions of a CLIP give its sizes other names, `rename` goes between the two.
 */
import type { DimHandle, Tensor } from '../../dsl/index.js'
import type { ClassPrompts } from './class-prompts.js'
import type { Levels } from './level-moments.js'
import type { PromptedTowers } from './prompted-towers.js'

/** Images with what the image encoder gives for them. A program holds what it reads of it, and no more. */
export interface EncodedImages<B> {
  /** The feature of each image, not normalised. */
  readonly feature: Tensor<[B, 'E']>
  /** The moments of every level. */
  readonly levels: Levels<B>
  /** The tokens of the last level in the joint embedding, the one that the feature is read from first; not normalised. */
  readonly tokens: Tensor<[B, 'T', 'E']>
  /** The images themselves, normalised. */
  readonly pixels: Tensor<[B, 3, 'side', 'side']>
}

/** One value for the first images of all pairs, and one for the second. */
export type Pair<A> = readonly [A, A]

/** A text tower over embeddings of tokens. */
export interface TextTower {
  /** Features of a token. */
  readonly width: DimHandle<'width'>
  /** The largest number of tokens of a text, start and end included. */
  readonly contextLength: number
  /** Name of the parameter [tokens,width] that holds the embedding of every token. */
  readonly embeddingTable: string
  /** Token ids [...] to their embeddings [...,width]. */
  readonly embed: <Ids extends unknown[]>(ids: Tensor<Ids, 'i32'>) => Tensor<[...Ids, 'width']>
  /** Token ids [N,L] to the position [N] of each text's end, where the tower's output is read. */
  readonly endsOf: <N, L>(ids: Tensor<[N, L], 'i32'>) => Tensor<[N], 'i32'>
  /** Embeddings [N,L,width] of texts and the positions [N] of their ends to features [N,E], not normalised. */
  readonly encode: <N, L>(texts: Tensor<[N, L, 'width']>, ends: Tensor<[N], 'i32'>) => Tensor<[N, 'E']>
  /** Embeddings [N,L,width] of texts to what `encode` would read at every position: [N,L,E], not normalised. */
  readonly encodeTokens: <N, L>(texts: Tensor<[N, L, 'width']>) => Tensor<[N, L, 'E']>
  /**
   * Contexts [B,C,width], one for each image, to the features [B,K,E] of `[start] context name [end]` for every image and
   * class; not normalised. The prompts hold C placeholders after their first token.
   *
   * Equal to `wholePromptFeatures` of this tower, which serves where nothing faster is known.
   */
  readonly encodePrompts: <B, C>(
    context: Tensor<[B, C, 'width']>,
    classPrompts: ClassPrompts,
  ) => Tensor<[B, 'K', 'E']>
  /**
   * `encodePrompts` for B pairs of images whose contexts begin alike: the shared beginning [B,R,width], and the rest of
   * each context [B,C,width]. Where it is not given, whole contexts are encoded, to the same result.
   */
  readonly encodePairs?: <B, R, C>(
    shared: Tensor<[B, R, 'width']>,
    own: Pair<Tensor<[B, C, 'width']>>,
    classPrompts: ClassPrompts,
  ) => Pair<Tensor<[B, 'K', 'E']>>
}

/** Frozen towers of a CLIP. */
export interface ClipTowers {
  /** The name under which an image encoder of these sizes was published, such as `RN101`, where it was. */
  readonly published?: string | undefined
  /** Features of the joint embedding. */
  readonly embedding: DimHandle<'E'>
  /** The resolution of images: pixels to a side. */
  readonly side: DimHandle<'side'>
  /** Features of every level of the image tower. */
  readonly levelWidths: readonly number[]
  /** Whether levels are a transformer's blocks or a ResNet's stages. */
  readonly levelKind: 'blocks' | 'stages'
  /** Tokens of an image, the one that the feature is read from included. */
  readonly imageTokens: DimHandle<'T'>
  /** Images [B,3,side,side] to their features, not normalised, with their tokens and the moments of every level. */
  readonly encodeImages: <B>(images: Tensor<[B, 3, 'side', 'side']>) => EncodedImages<B>
  readonly text: TextTower
  /** The factor that turns cosines of images and texts into logits: the inverse of CLIP's temperature. */
  readonly logitScale: Tensor<[]>
  /** The same towers with a table of so many tokens. Where it is not given, an exported classifier holds the whole table. */
  readonly withVocabulary?: (tokens: number) => ClipTowers
  /** The same towers with learned tokens between their blocks. Where it is not given, prompts are learned before the first block alone. */
  readonly prompted?: PromptedTowers
}
