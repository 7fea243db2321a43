/** AD-CLIP as a method: its model, its losses and its presets' switches put together. */
import { add, mul, softmax } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { accuracy, klDivergence, weightedCrossEntropy } from '../../losses/index.js'
import { adClipLosses } from './losses.js'
import type { ClipTowers } from '../../model/index.js'
import type { AdClipSettings } from './settings.js'
import { resolvedAdClipSettings } from './settings.js'
import type { AdClipSwitches } from './switches.js'
import type { TemplateFacts } from '../definition.js'
import { adClip } from './ad-clip.js'
import {
  initialPromptLearner,
  isFirstLayerParameter,
  isPromptLearnerParameter,
} from './initial-prompt-learner.js'
import type { EncodedImages } from '../../model/index.js'
import type { ClassTexts, PromptMethod } from '../prompt-method.js'
import { alignedHalfway, classPrior, classPriorValues } from '../alignment.js'
import { alignedLogits, alignedPseudoLabels, pseudoLabels } from '../pseudo-labels.js'

/** The last levels of images, or all of them. */
export const lastLevels =
  (count: AdClipSettings['levels']) =>
  <B>({ levels, ...rest }: EncodedImages<B>): EncodedImages<B> => ({
    ...rest,
    levels: count === 'all' ? levels : levels.slice(-count),
  })

/** How far predictions are from what zero-shot CLIP guesses of the same images. */
const pseudoLabelLoss = <B>(
  towers: ClipTowers,
  reading: Exclude<AdClipSwitches['pseudoLabels'], 'none'>,
  logits: Tensor<[B, 'K']>,
  images: EncodedImages<B>,
  classTexts: ClassTexts,
): Tensor<[]> => {
  if (reading === 'distilled') return klDivergence(alignedLogits(towers, images, classTexts), logits)
  const { labels, confidence } =
    reading === 'aligned'
      ? alignedPseudoLabels(towers, images, classTexts)
      : pseudoLabels(towers, images, classTexts)
  return weightedCrossEntropy(logits, labels, confidence)
}

/** Whether it matters how often zero-shot CLIP guesses a class. */
const readsGuessRates = ({ alignment, pseudoLabels: reading }: AdClipSwitches): boolean =>
  alignment === 'halfway' || reading === 'aligned' || reading === 'distilled'

/**
 * AD-CLIP on a CLIP. Terms of its loss: `crossEntropy`, `styleMapping`, `entropy`, `divergence`, and `pseudoLabels`
 * where they are switched on.
 *
 * @example
 * const { settings } = definitionOf('ad-clip').defaults
 * const chosen = { ...settings, switches: presets.robust, templateTokens: 4 }
 * const robust = adClipMethod(openAiTowers(architecture), chosen)
 */
export const adClipMethod = (towers: ClipTowers, settings: AdClipSettings & TemplateFacts): PromptMethod => {
  const { switches, lossWeights, imageTokens, levels, styleHidden, mappingHidden } = resolvedAdClipSettings(
    settings,
    towers,
  )
  const widths = levels === 'all' ? towers.levelWidths : towers.levelWidths.slice(-levels)
  const seen = lastLevels(levels)
  const added = switches.context === 'addedToTemplate'
  const template = added ? { templateTokens: settings.templateTokens } : {}
  const sizes = { styleHidden, mappingHidden, imageTokens, ...template }
  const model = adClip(towers, { ...sizes, textWidth: towers.text.width }, switches)
  const targetLogits = <B>(logits: Tensor<[B, 'K']>, classTexts: ClassTexts): Tensor<[B, 'K']> =>
    switches.alignment === 'halfway' ? alignedHalfway(logits, classPrior(classTexts)) : logits
  const hidden = towers.levelKind === 'stages' && switches.resNetFirstLayers === 'frozen'
  return {
    tag: 'Inductive',
    prompts: added ? { tag: 'Template' } : { tag: 'Placeholders', count: 2 * widths.length + imageTokens },
    initialParameters: ({ key, classPrior: rates }) => ({
      ...initialPromptLearner(
        { ...sizes, levels: widths, text: Number(towers.text.width.dim) },
        switches,
        key,
      ),
      ...(readsGuessRates(switches) ? classPriorValues(rates) : {}),
    }),
    isTrainable: (name) => isPromptLearnerParameter(name) && !(hidden && isFirstLayerParameter(name)),
    loss: ({ source, labels, target, classTexts }) => {
      const plain = model.forward(seen(source), seen(target), classTexts.prompts)
      const logits = targetLogits(plain.target.logits, classTexts)
      const output = { ...plain, target: { ...plain.target, logits, probabilities: softmax(logits, -1) } }
      const { total, ...terms } = adClipLosses(output, labels, switches, lossWeights)
      const representations = [output.source.textFeatures, output.target.textFeatures]
      const reported = { representations, accuracy: accuracy(output.source.logits, labels) }
      if (switches.pseudoLabels === 'none') return { total, terms, ...reported }
      const guessed = pseudoLabelLoss(towers, switches.pseudoLabels, logits, target, classTexts)
      return {
        total: add(total, mul(guessed, lossWeights.pseudoLabels)),
        terms: { ...terms, pseudoLabels: guessed },
        ...reported,
      }
    },
    predict: (target, classTexts) =>
      targetLogits(model.predict(seen(target), classTexts.prompts).logits, classTexts),
  }
}
