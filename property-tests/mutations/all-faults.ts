/** Every planted fault. */
import { adClipTotalFaults, batchNormalizedEntropyFaults, promptDivergenceFaults } from './ad-clip-losses.js'
import { adClipFaults } from './ad-clip-model.js'
import { clipContrastiveFaults, supervisedContrastiveFaults } from './contrastive.js'
import { crossEntropyFaults } from './cross-entropy.js'
import { ctcLossFaults } from './ctc-loss.js'
import { entropyFaults } from './entropies.js'
import { klDivergenceFaults } from './kl-divergence.js'
import { layerFaults } from './layers.js'
import { meanSquaredErrorFaults } from './mean-squared-error.js'
import { clipFaults, imageFaults, promptLearnerFaults } from './model.js'
import { promptFaults } from './prompts.js'
import { recurrentFaults } from './recurrent.js'
import type { PlantedFault } from './planted-fault.js'
import { attentionFaults, blockFaults, maskedAttentionFaults } from './transformer.js'
import { weightedCrossEntropyFaults } from './weighted-cross-entropy.js'

export const allFaults: readonly PlantedFault[] = [
  ...crossEntropyFaults,
  ...weightedCrossEntropyFaults,
  ...ctcLossFaults,
  ...entropyFaults,
  ...klDivergenceFaults,
  ...meanSquaredErrorFaults,
  ...clipContrastiveFaults,
  ...supervisedContrastiveFaults,
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
