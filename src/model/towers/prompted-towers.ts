/** Towers with learned tokens in front of each of their blocks: deep prompts (Jia et al. 2022, VPT; Khattak et al. 2023, MaPLe). */
import type { DimHandle, Tensor } from '../../dsl/index.js'
import type { ClassPrompts } from './class-prompts.js'

/** Prompts [P,W] of some of a tower's blocks: the first is before the first block, and each further one takes its place before the next. */
export type DeepPrompts<P, W> = readonly [Tensor<[P, W]>, ...(readonly Tensor<[P, W]>[])]

/** A CLIP with learned tokens between the blocks of its towers. */
export interface PromptedTowers {
  readonly text: {
    /** Blocks of the tower. */
    readonly blocks: number
    /** Texts of classes to their features [K,E], not normalised, with P prompts in the place of the placeholders. */
    readonly encode: <P>(classPrompts: ClassPrompts, prompts: DeepPrompts<P, 'width'>) => Tensor<['K', 'E']>
  }
  /** It is not given where the image tower is no transformer. */
  readonly images?: {
    readonly blocks: number
    /** Features of a token. */
    readonly width: DimHandle<'imageWidth'>
    /** Images [B,3,side,side] to their features [B,E], not normalised, with P prompts after the class token. */
    readonly encode: <B, P>(
      images: Tensor<[B, 3, 'side', 'side']>,
      prompts: DeepPrompts<P, 'imageWidth'>,
    ) => Tensor<[B, 'E']>
  }
}
