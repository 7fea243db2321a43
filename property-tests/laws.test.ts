/** Every loss and every layer keeps its laws. */
import { describe, it } from 'vitest'
import { layerLaws, lossLaws, registerLaws } from '../src/laws/index.js'

for (const declaration of lossLaws) registerLaws({ describe, it }, declaration, { runs: 30 })
for (const declaration of layerLaws) registerLaws({ describe, it }, declaration, { runs: 8 })
