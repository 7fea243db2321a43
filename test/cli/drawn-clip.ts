/** A CLIP of one block with CLIP's vocabulary, drawn at random, as the bytes of its file. */
import { keyFromSeed } from '../../src/values/random-key.js'
import { encodeSafetensors } from '../../src/formats/safetensors/encode.js'
import { initialClip, openAiBlocks } from '../../src/model/index.js'
import { expectRight } from '../expect-either.js'
import { clipTokenizer } from '../support/clip-tokenizer.js'

export const drawnClip = async (): Promise<Uint8Array> => {
  const { vocabulary } = await clipTokenizer()
  const weights = initialClip(
    {
      ...{ kind: 'vit', embedDim: 16, imageResolution: 16, visionPatchSize: 8 },
      ...{ visionLayers: 1, visionWidth: 64, visionHeads: 1 },
      ...{ contextLength: 32, vocabSize: vocabulary.tokens.length },
      ...{ textWidth: 64, textHeads: 1, textLayers: 1, textBlocks: openAiBlocks, visionBlocks: openAiBlocks },
    },
    keyFromSeed(5),
  )
  return Buffer.concat(expectRight(encodeSafetensors('clip.safetensors', weights)))
}
