/** AD-CLIP as the registry lists it. */
import { defineMethod } from '../definition.js'
import { adClipAblations } from './ablations.js'
import { adClipMethod, lastLevels } from './method.js'
import { adClipDefaults, adClipPresets } from './presets.js'
import { imageTokens, styleMappingTokens, styleTokens } from './prompt-learner.js'
import { adClipDescriptions, adClipSettings, resolvedAdClipSettings } from './settings.js'

export const adClipDefinition = defineMethod({
  name: 'ad-clip',
  title: 'AD-CLIP',
  settings: adClipSettings,
  descriptions: adClipDescriptions,
  defaults: adClipDefaults,
  presets: adClipPresets,
  learns: true,
  holdsOut: ({ switches }) => switches.selection === 'validated',
  takesClassesAsEven: ({ switches: { alignment, entropy } }) =>
    alignment === 'halfway' || entropy === 'mutualInformation',
  misfit: ({ levels }, { levelWidths }) =>
    levels === 'all' || levels <= levelWidths.length
      ? undefined
      : {
          setting: 'levels',
          problem: `the image encoder has ${levelWidths.length}, not ${levels}`,
          advice: 'ask for fewer, or for all',
        },
  resolvedFor: resolvedAdClipSettings,
  on: (towers, settings, { templateTokens }) => adClipMethod(towers, { ...settings, templateTokens }),
  promptLearner: (towers, settings, images) => {
    const { switches, levels, ...sizes } = resolvedAdClipSettings(settings, towers)
    const learner = { ...sizes, textWidth: towers.text.width }
    const read = lastLevels(levels)(images).levels
    return {
      style: styleTokens(learner)(read),
      mapped: styleMappingTokens(learner)(read),
      content: imageTokens(learner, switches.imageTokens)(read),
    }
  },
  ablations: adClipAblations,
})
