/** A prompt learner before training: every linear layer as PyTorch initialises it. */
import type { RandomKey } from '../../dsl/random-key.js'
import type { TensorValue } from '../../dsl/value.js'
import { initialLinear } from '../clip/drawn-weights.js'

/** Widths of a prompt learner's layers. */
export interface PromptLearnerWidths {
  /** Feature width of each level of the image encoder. */
  readonly levels: readonly number[]
  readonly text: number
  readonly styleHidden: number
  readonly mappingHidden: number
  readonly imageTokens: number
  readonly sharing: 'shared' | 'separate'
}

/** Weights under the released implementation's names. The same key gives the same weights. */
export const initialPromptLearner = (
  widths: PromptLearnerWidths,
  key: RandomKey,
): Readonly<Record<string, TensorValue>> => {
  const perLevel = widths.levels.map((width, level) => ({
    ...initialLinear(key, `domain_tokens.linear1.${level}`, width, widths.styleHidden),
    ...initialLinear(key, `domain_tokens.linear2.${level}`, widths.styleHidden, widths.text),
    ...initialLinear(key, `style_mapping_tokens.linear1.${level}`, width, widths.mappingHidden),
    ...initialLinear(key, `style_mapping_tokens.linear2.${level}`, widths.mappingHidden, widths.text),
    ...initialLinear(key, `image_tokens.linear.${level}`, width, widths.text),
  }))
  const mixed = widths.sharing === 'shared' ? 1 : widths.imageTokens
  return Object.assign({}, ...perLevel, initialLinear(key, 'image_tokens.lin', widths.levels.length, mixed))
}

/** Whether a parameter is one of the prompt learner's: the only ones that AD-CLIP trains. */
export const isPromptLearnerParameter = (name: string): boolean =>
  /^(domain_tokens|image_tokens|style_mapping_tokens)\./.test(name)
