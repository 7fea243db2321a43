/** A pretraining in memory, as small as it can be. */
import type { PretrainConfiguration } from '../../src/experiments/pretraining/configuration.js'

export const smallPretraining: PretrainConfiguration = {
  kind: 'pretrain',
  data: 'data',
  domains: ['photo', 'sketch'],
  ...{ epochs: 1, batch: 4, learningRate: 1e-3, weightDecay: 0, textRate: 0.05, warmUpEpochs: 0, seed: 1 },
  ...{ resolution: 16, patch: 8, embedding: 16, visionWidth: 64, visionLayers: 1 },
  ...{ textWidth: 64, textLayers: 1, positionScale: 1, leastArea: 0.4, colour: 0, edges: 0 },
  ...{ engine: 'onnx', version: 'test' },
}
