/** Every planted fault. */
import { adClipTotalFaults, batchNormalizedEntropyFaults, promptDivergenceFaults } from './ad-clip-losses.js'
import { adClipFaults } from './ad-clip-model.js'
import { layerFaults } from './layers/rows.js'
import { maskFaults } from './layers/attention.js'
import { stageFaults } from './layers/stages.js'
import { normalizationFaults } from './layers/normalization.js'
import { dropoutFaults, positionFaults } from './layers/positions.js'
import { lossFaults } from './losses/index.js'
import { clipFaults, imageFaults, promptLearnerFaults } from './model.js'
import { promptFaults } from './prompts.js'
import { recurrentFaults } from './layers/recurrent.js'
import type { PlantedFault } from './planted-fault.js'
import { attentionFaults, blockFaults, maskedAttentionFaults } from './layers/transformer.js'

export const allFaults: readonly PlantedFault[] = [
  ...lossFaults,
  ...batchNormalizedEntropyFaults,
  ...promptDivergenceFaults,
  ...adClipTotalFaults,
  ...layerFaults,
  ...stageFaults,
  ...normalizationFaults,
  ...recurrentFaults,
  ...attentionFaults,
  ...maskedAttentionFaults,
  ...maskFaults,
  ...positionFaults,
  ...dropoutFaults,
  ...blockFaults,
  ...clipFaults,
  ...imageFaults,
  ...promptLearnerFaults,
  ...promptFaults,
  ...adClipFaults,
]
