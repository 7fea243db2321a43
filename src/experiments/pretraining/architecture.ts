/** The sizes of a CLIP that is trained from scratch. Pure. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { VisionTransformerClip } from '../../model/index.js'
import { headsOf, openAiBlocks } from '../../model/index.js'
import { clipContextLength } from '../../model/tokenizer/tokenizer.js'
import type { Failure } from '../../effects/failure.js'
import type { SettingField } from '../../effects/setting-field.js'
import type { PretrainConfiguration } from './configuration.js'

/** The architecture that a configuration asks for. The vocabulary is CLIP's own, blocks are those of OpenAI's CLIPs. */
export const pretrainArchitecture = (
  configuration: PretrainConfiguration,
  vocabSize: number,
): VisionTransformerClip => ({
  kind: 'vit',
  embedDim: configuration.embedding,
  imageResolution: configuration.resolution,
  visionLayers: configuration.visionLayers,
  visionWidth: configuration.visionWidth,
  visionHeads: headsOf(configuration.visionWidth),
  visionPatchSize: configuration.patch,
  visionBlocks: openAiBlocks,
  contextLength: clipContextLength,
  vocabSize,
  textWidth: configuration.textWidth,
  textHeads: headsOf(configuration.textWidth),
  textLayers: configuration.textLayers,
  textBlocks: openAiBlocks,
})

/** Fails with `InvalidSetting` if sizes do not divide; checked before anything is read. */
export const checkArchitecture = ({
  resolution,
  patch,
  visionWidth,
  textWidth,
}: PretrainConfiguration): E.Either<Failure, void> => {
  const divisible = (
    field: SettingField,
    whole: number,
    parts: number,
    what: string,
  ): E.Either<Failure, void> =>
    whole % parts === 0
      ? E.right(undefined)
      : E.left({
          tag: 'InvalidSetting',
          field,
          problem: `${whole} is not divisible ${what}`,
          advice: `take a multiple of ${parts}`,
        })
  return pipe(
    divisible('resolution', resolution, patch, `into patches of ${patch}`),
    E.chain(() =>
      divisible('visionWidth', visionWidth, headsOf(visionWidth), `among ${headsOf(visionWidth)} heads`),
    ),
    E.chain(() => divisible('textWidth', textWidth, headsOf(textWidth), `among ${headsOf(textWidth)} heads`)),
  )
}
