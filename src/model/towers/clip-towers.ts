/**
 * A CLIP as far as prompts are learned on it: two frozen towers into one embedding. Methods, training and evaluation
 * know no more of it, so that a CLIP of any architecture can be adapted: `openAiTowers` are those of the original's.
 */
import type { DimHandle, Tensor } from '../../dsl/index.js'
import type { Images, TextWidth } from '../clip/architecture.js'
import type { ClassPrompts, Pair } from './prompt-features.js'
import type { Levels } from './level-moments.js'

/** What is read of an image: its feature, and the moments of the image tower's levels. */
export interface EncodedImages<B> {
  readonly feature: Tensor<[B, 'E']>
  readonly levels: Levels<B>
}

/** A text tower over embeddings of tokens. */
export interface TextTower {
  /** Features of a token. */
  readonly width: DimHandle<TextWidth>
  /** Tokens of a text at most, start and end included. */
  readonly contextLength: number
  /** The parameter [tokens, width] that ids are embedded by. */
  readonly embeddingTable: string
  /** Token ids [...] to their embeddings [...,width]. */
  readonly embed: <Ids extends unknown[]>(ids: Tensor<Ids, 'i32'>) => Tensor<[...Ids, TextWidth]>
  /** Where texts [N,L] end: the position whose output is read. */
  readonly endsOf: <N, L>(ids: Tensor<[N, L], 'i32'>) => Tensor<[N], 'i32'>
  /** Embeddings [N,L,width] of texts and the positions of their ends to features [N,E], not normalised. */
  readonly encode: <N, L>(texts: Tensor<[N, L, TextWidth]>, ends: Tensor<[N], 'i32'>) => Tensor<[N, 'E']>
  /**
   * Contexts [B,C,width], one for each image, to the features [B,K,E] of `[start] context name [end]` for every image and
   * class; not normalised. Equal to `wholePromptFeatures` of this tower, which will do where nothing faster is known.
   * `lengths`: tokens of each class's prompt, where they are known.
   */
  readonly encodePrompts: <B, C>(
    context: Tensor<[B, C, TextWidth]>,
    classes: ClassPrompts,
    lengths?: readonly number[],
  ) => Tensor<[B, 'K', 'E']>
  /**
   * `encodePrompts` for pairs of images whose contexts begin alike: what they share [B,R,width], and how each goes on
   * [B,C,width]. Where it is not given, whole contexts are encoded, to the same result.
   */
  readonly encodePairs?: <B, R, C>(
    shared: Tensor<[B, R, TextWidth]>,
    own: Pair<Tensor<[B, C, TextWidth]>>,
    classes: ClassPrompts,
    lengths?: readonly number[],
  ) => Pair<Tensor<[B, 'K', 'E']>>
}

export interface ClipTowers {
  /** Features of the joint embedding. */
  readonly embedding: DimHandle<'E'>
  /** Pixels to a side of an image. */
  readonly side: DimHandle<'G*P'>
  /** Features of every level of the image tower. */
  readonly levelWidths: readonly number[]
  /** Whether levels are a transformer's blocks or a ResNet's stages. */
  readonly levelKind: 'blocks' | 'stages'
  /** Images [B,3,side,side] to their features, not normalised, and the moments of every level. */
  readonly encodeImages: <B>(images: Images<B>) => EncodedImages<B>
  readonly text: TextTower
  /** What cosines of images and texts are multiplied by to be logits. */
  readonly logitScale: Tensor<[]>
  /** The same towers with a shorter table of tokens; where it is not given, an export holds all of the table. */
  readonly withVocabulary?: (tokens: number) => ClipTowers
}
