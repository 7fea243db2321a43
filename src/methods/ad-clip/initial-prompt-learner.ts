/** A prompt learner before training: every linear layer as PyTorch initialises it. */
import type { AdClipSwitches } from './switches.js'
import type { RandomKey } from '../../values/random-key.js'
import type { TensorValue } from '../../values/value.js'
import { constantInitialiser, linearInitialiser } from '../../model/initialisers.js'

/** Widths of a prompt learner's layers. */
export interface PromptLearnerWidths {
  /** Feature width of each level of the image encoder. */
  readonly levels: readonly number[]
  readonly text: number
  readonly styleHidden: number
  readonly mappingHidden: number
  readonly imageTokens: number
  /** Words of the template that the learned tokens are added to; none where they are a context of their own. */
  readonly templateTokens?: number
}

/**
 * Weights under the released implementation's names. The same key gives the same weights. The layer that adds to a
 * template's words starts at zero.
 */
export const initialPromptLearner = (
  widths: PromptLearnerWidths,
  switches: Pick<AdClipSwitches, 'imageTokens'>,
  key: RandomKey,
): Readonly<Record<string, TensorValue>> => {
  const perLevel = widths.levels.map((width, level) => ({
    ...linearInitialiser(key, `domain_tokens.linear1.${level}`, width, widths.styleHidden),
    ...linearInitialiser(key, `domain_tokens.linear2.${level}`, widths.styleHidden, widths.text),
    ...linearInitialiser(key, `style_mapping_tokens.linear1.${level}`, width, widths.mappingHidden),
    ...linearInitialiser(key, `style_mapping_tokens.linear2.${level}`, widths.mappingHidden, widths.text),
    ...linearInitialiser(key, `image_tokens.linear.${level}`, width, widths.text),
  }))
  const mixed = switches.imageTokens === 'shared' ? 1 : widths.imageTokens
  const { templateTokens } = widths
  const context = 2 * widths.levels.length + widths.imageTokens
  return Object.assign(
    {},
    ...perLevel,
    linearInitialiser(key, 'image_tokens.lin', widths.levels.length, mixed),
    templateTokens === undefined
      ? {}
      : { [templateMixing]: constantInitialiser([templateTokens, context], 0) },
  )
}

/** What adds the learned tokens to a template's words: [words, tokens]. */
export const templateMixing = 'template_tokens.lin.weight'

/** Whether a parameter is one of the prompt learner's: the only ones that AD-CLIP trains. */
export const isPromptLearnerParameter = (name: string): boolean =>
  /^(domain_tokens|image_tokens|style_mapping_tokens|template_tokens)\./.test(name)

/** Whether a parameter is of the first layer after a level of the image encoder. */
export const isFirstLayerParameter = (name: string): boolean =>
  /^(domain_tokens\.linear1|style_mapping_tokens\.linear1|image_tokens\.linear)\./.test(name)
