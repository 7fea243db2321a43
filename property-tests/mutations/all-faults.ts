/** Every planted fault. */
import { adClipTotalFaults, batchNormalizedEntropyFaults, promptDivergenceFaults } from './ad-clip-losses.js'
import { adClipFaults } from './ad-clip-model.js'
import { clipContrastiveFaults, supervisedContrastiveFaults } from './contrastive.js'
import { crossEntropyFaults } from './cross-entropy.js'
import { entropyFaults } from './entropies.js'
import { klDivergenceFaults } from './kl-divergence.js'
import { layerFaults } from './layers.js'
import { meanSquaredErrorFaults } from './mean-squared-error.js'
import { clipFaults, imageFaults, promptLearnerFaults } from './model.js'
import type { PlantedFault } from './planted-fault.js'
import { attentionFaults, blockFaults } from './transformer.js'

export const allFaults: readonly PlantedFault[] = [
  ...crossEntropyFaults,
  ...entropyFaults,
  ...klDivergenceFaults,
  ...meanSquaredErrorFaults,
  ...clipContrastiveFaults,
  ...supervisedContrastiveFaults,
  ...batchNormalizedEntropyFaults,
  ...promptDivergenceFaults,
  ...adClipTotalFaults,
  ...layerFaults,
  ...attentionFaults,
  ...blockFaults,
  ...clipFaults,
  ...imageFaults,
  ...promptLearnerFaults,
  ...adClipFaults,
]
