/** AD-CLIP (Singha et al. 2023, fig. 2): prompts made of two domains' styles and an image's content. */
import { axis, concat, l2Normalize, slice, softmax } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import type { ClassPrompts } from '../../model/towers/class-prompts.js'
import type { ClipTowers, EncodedImages, Pair } from '../../model/towers/clip-towers.js'
import { ownTextLogits } from '../../model/towers/cosine-logits.js'
import type { LevelTokens, PromptLearnerSizes } from './prompt-learner.js'
import { imageTokens, styleMappingTokens, styleTokens } from './prompt-learner.js'
import type { AdClipSwitches } from './switches.js'
import { addToTemplate } from './add-to-template.js'

/** What is read of images. */
type LevelImages<B> = Pick<EncodedImages<B>, 'feature' | 'levels'>

/** What one domain's images give. */
export interface DomainOutput<B> {
  readonly textFeatures: Tensor<[B, 'K', 'E']>
  readonly logits: Tensor<[B, 'K']>
  readonly probabilities: Tensor<[B, 'K']>
}

/** What a batch of both domains gives. */
export interface AdClipOutput<B> {
  readonly source: DomainOutput<B>
  readonly target: DomainOutput<B>
  readonly sourceStyle: LevelTokens<B>
  readonly targetStyle: LevelTokens<B>
  readonly mappedStyle: LevelTokens<B>
}

/**
 * The model: frozen CLIP towers around a prompt learner.
 *
 * `forward` takes a batch of both domains, image i of the one paired with image i of the other; `predict` target images
 * alone. Cosines are scaled by CLIP's own scale.
 *
 * @example
 * const { forward } = adClip(openAiTowers(architecture), sizes, presets.reference)
 * const { source, target } = forward(sourceImages, targetImages, prompts)
 */
export const adClip = (
  { text, logitScale }: Pick<ClipTowers, 'text' | 'logitScale'>,
  sizes: PromptLearnerSizes,
  switches: AdClipSwitches,
) => {
  const style = styleTokens(sizes)
  const mapping = styleMappingTokens(sizes)
  const content = imageTokens(sizes, switches.imageTokens)
  const { encodePrompts } = text
  const addTokens = addToTemplate(text, sizes.templateTokens ?? 0)
  /**
   * Features of [SOS] source style, target style, content, class name . [EOT]: the prompts of each image, for every
   * class. Or of the same tokens on the words of a template.
   */
  const encodeTokens = <B, N>(
    tokens: Tensor<[B, N, 'width']>,
    classPrompts: ClassPrompts,
  ): Tensor<[B, 'K', 'E']> =>
    l2Normalize(
      switches.context === 'learned'
        ? encodePrompts(tokens, classPrompts)
        : encodePrompts(addTokens(tokens, classPrompts), classPrompts),
    )

  /**
   * The same for pairs of images that share both styles: through one pass of the text encoder, in a program half as
   * large. What they share is computed once where the tower knows how; words of a template differ from the first on.
   */
  const encodePairs = <B, R, C>(
    styles: Tensor<[B, R, 'width']>,
    contents: Pair<Tensor<[B, C, 'width']>>,
    classPrompts: ClassPrompts,
  ): Pair<Tensor<[B, 'K', 'E']>> => {
    if (switches.context === 'learned' && text.encodePairs !== undefined) {
      const [first, second] = text.encodePairs(styles, contents, classPrompts)
      return [l2Normalize(first), l2Normalize(second)]
    }
    const batch = axis(styles, 0)
    const [first, second] = contents
    const tokens = concat([concat([styles, first], 1), concat([styles, second], 1)], 0)
    const texts = encodeTokens(tokens, classPrompts)
    return [slice(texts, 0, 0, batch), slice(texts, 0, batch, batch)]
  }

  const classify = <B>(feature: Tensor<[B, 'E']>, textFeatures: Tensor<[B, 'K', 'E']>): DomainOutput<B> => {
    const logits = ownTextLogits({ logitScale }, feature, textFeatures)
    return { textFeatures, logits, probabilities: softmax(logits, -1) }
  }

  const forward = <B>(
    source: LevelImages<B>,
    target: LevelImages<B>,
    classPrompts: ClassPrompts,
  ): AdClipOutput<B> => {
    const [sourceStyle, targetStyle] = [style(source.levels), style(target.levels)]
    const mapped = mapping(switches.mappingInput === 'source' ? source.levels : target.levels)
    const styles = concat([sourceStyle, targetStyle], 1)
    const contents = [content(source.levels), content(target.levels)] as const
    const [sourceTexts, targetTexts] = encodePairs(styles, contents, classPrompts)
    return {
      source: classify(source.feature, sourceTexts),
      target: classify(target.feature, targetTexts),
      sourceStyle,
      targetStyle,
      mappedStyle: mapped,
    }
  }

  const predict = <B>(target: LevelImages<B>, classPrompts: ClassPrompts): DomainOutput<B> => {
    const targetStyle = style(target.levels)
    const sourceStyle = switches.prediction === 'mappedStyle' ? mapping(target.levels) : targetStyle
    const tokens = concat([sourceStyle, targetStyle, content(target.levels)], 1)
    return classify(target.feature, encodeTokens(tokens, classPrompts))
  }

  return { forward, predict }
}
