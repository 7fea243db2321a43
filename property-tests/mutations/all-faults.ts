/** Every planted fault. */
import { adClipTotalFaults, batchNormalizedEntropyFaults, promptDivergenceFaults } from './ad-clip-losses.js'
import { adClipFaults } from './ad-clip-model.js'
import { layerFaults } from './layers.js'
import { lossFaults } from './losses/index.js'
import { clipFaults, imageFaults, promptLearnerFaults } from './model.js'
import { promptFaults } from './prompts.js'
import { recurrentFaults } from './recurrent.js'
import type { PlantedFault } from './planted-fault.js'
import { attentionFaults, blockFaults, maskedAttentionFaults } from './transformer.js'

export const allFaults: readonly PlantedFault[] = [
  ...lossFaults,
  ...batchNormalizedEntropyFaults,
  ...promptDivergenceFaults,
  ...adClipTotalFaults,
  ...layerFaults,
  ...recurrentFaults,
  ...attentionFaults,
  ...maskedAttentionFaults,
  ...blockFaults,
  ...clipFaults,
  ...imageFaults,
  ...promptLearnerFaults,
  ...promptFaults,
  ...adClipFaults,
]
