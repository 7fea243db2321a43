/** Converting a CLIP to the names of another convention, in the element type that it had. */
import { dirname, join } from '../../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { BlockActivation, NamingConvention } from '../../model/index.js'
import { renamedTo } from '../../model/index.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { makeFolder, withFolder } from '../../effects/operations.js'
import { checkOutputFile, checkOutputFolder } from '../../effects/outputs.js'
import type { FloatType } from '../safetensors/element.js'
import type { TensorStore } from '../safetensors/file.js'
import { writeSafetensors } from '../safetensors/file.js'
import type { OpenedClip } from './clip-checkpoint.js'
import { architectureOf, readOpenedClip, recogniseClip } from './clip-checkpoint.js'
import { companionNames } from './companion-configuration.js'
import type { Assumption } from './completed-clip.js'
import { factsInWords } from './completed-clip.js'
import { openAiPreprocessing } from './image-preprocessing.js'
import { openCheckpoint } from './open-checkpoint.js'
import { unsayable, writeConfigurations } from './written-configuration.js'

/** The type in which all floats of a file are kept exactly. */
const floatTypeOf = ({ path, tensors }: TensorStore): E.Either<Failure, FloatType> => {
  const types = new Set([...tensors.values()].map(({ type }) => type))
  if (types.has('F64'))
    return E.left({
      tag: 'FileUnsupported',
      path,
      found: 'a file of float64 numbers, which would be rounded',
      advice: 'save it as float32 where it was made',
    })
  const [only] = types
  return E.right(types.size === 1 && (only === 'F16' || only === 'BF16') ? only : 'F32')
}

const notConvertible = (at: string, problem: string, advice: string): Failure => ({
  tag: 'InvalidSetting',
  field: 'output',
  at,
  problem,
  advice,
})

/** Facts that a file alone does not show: read back, it would be taken for a CLIP of OpenAI's form. */
const lostFacts = ({ store, convention, ...clip }: OpenedClip): E.Either<Failure, readonly string[]> =>
  pipe(
    architectureOf(store, convention),
    E.map((inferred) => {
      const { architecture, preprocessing } = clip
      const [asFound, asKnown] = [inferred, architecture].map(factsInWords)
      return [
        ...Object.entries(asKnown ?? {})
          .filter(([name, value]) => asFound?.[name] !== value)
          .map(([name, value]) => `${name}: ${String(value)}`),
        ...(JSON.stringify(preprocessing) === JSON.stringify(openAiPreprocessing)
          ? []
          : ['another preprocessing of images']),
      ]
    }),
  )

/** What is written must say all that is known, and nothing that is only assumed. */
const checkOutput = (
  opened: OpenedClip,
  { output, convention }: ConversionOptions,
  isFile: boolean,
): E.Either<Failure, void> => {
  if (isFile)
    return pipe(
      lostFacts(opened),
      E.flatMap((lost) =>
        lost.length === 0
          ? E.right(undefined)
          : E.left(
              notConvertible(
                output,
                `a single file cannot say what this CLIP is: ${lost.join(', ')}`,
                'convert it to a folder, where a configuration next to the weights says it',
              ),
            ),
      ),
    )
  const problem = unsayable(convention, opened)
  if (problem !== undefined)
    return E.left(notConvertible(output, problem, 'convert it to the names of another library'))
  return opened.assumed.includes('activation')
    ? E.left({
        tag: 'InvalidSetting',
        field: 'activation',
        at: opened.store.path,
        problem: 'no configuration next to the weights says it, and the one that is written must',
        advice: 'say which activation the CLIP was trained with',
      })
    : E.right(undefined)
}

export interface ConversionOptions {
  /** Whose names the tensors get. */
  readonly convention: NamingConvention
  /** A safetensors file, or a folder. */
  readonly output: string
  /** Replace files of an earlier conversion, which is refused otherwise. */
  readonly overwrite?: boolean
  /** The activation of a CLIP that no configuration describes. */
  readonly activation?: BlockActivation | undefined
}

/** What a conversion wrote. */
export interface Conversion {
  readonly from: NamingConvention
  readonly to: NamingConvention
  readonly path: string
  /** What the configuration next to the weights says although it is only assumed. */
  readonly assumed: readonly Assumption[]
}

const weightsName = 'model.safetensors'

/** Whether a conversion writes files of this name into a folder. */
const isWritten = (name: string): boolean =>
  name === weightsName || companionNames.some((companion) => companion === name)

/**
 * Writes a CLIP under the names of a convention. `output` is a safetensors file, or a folder: that then holds
 * `model.safetensors` and the configurations that transformers or open_clip reads; under OpenAI's names open_clip's.
 * Numbers are kept bit for bit, in float16 or bfloat16 if all were.
 *
 * Fails as `readClip` does; with `OutputTaken`, before anything is read, where there is something at `output` already, unless it
 * is of an earlier conversion and `overwrite` is set; with `FileUnsupported` for float64, which would be rounded; with `InvalidSetting` for a folder
 * where neither a configuration nor `activation` says which activation the CLIP has, for a ResNet under Hugging Face's
 * names, which do not cover it, and for a single file of a CLIP that would be taken for another one without its configuration.
 *
 * @example
 * convertClip('ViT-B-16.safetensors', { convention: 'hugging-face', output: 'clip-vit-base-patch16' })
 */
export const convertClip = (input: string, options: ConversionOptions): Effect.Effect<Conversion> => {
  const { convention: to, output, activation, overwrite = false } = options
  const isFile = output.endsWith('.safetensors')
  const path = isFile ? output : join(output, weightsName)
  return pipe(
    Effect.Do,
    Effect.tap(() =>
      isFile
        ? checkOutputFile(output, { overwrite })
        : checkOutputFolder(output, { own: isWritten, overwrite }),
    ),
    Effect.bind('opened', () =>
      pipe(
        openCheckpoint(input),
        Effect.flatMap((store) => recogniseClip(store, { activation })),
      ),
    ),
    Effect.bindEither('floatType', ({ opened }) => floatTypeOf(opened.store)),
    Effect.bind('clip', ({ opened }) => readOpenedClip(input, opened)),
    Effect.bindEither('renamed', ({ clip }) =>
      pipe(
        renamedTo(to)(clip.weights),
        E.mapLeft(({ tensor, problem }): Failure => ({
          tag: 'InvalidSetting',
          field: 'convention',
          at: to,
          problem: `the CLIP of ${input} cannot have these names: tensor '${tensor}' ${problem}`,
          advice: 'choose another convention',
        })),
      ),
    ),
    Effect.tapEither(({ opened }) => checkOutput(opened, options, isFile)),
    Effect.tap(({ opened, renamed, floatType, clip }) => {
      // Without a format, transformers does not read a file.
      const metadata = { ...opened.store.metadata, format: 'pt' }
      const weights = writeSafetensors(path, renamed, { metadata, floatType })
      return isFile
        ? pipe(makeFolder(dirname(path)), Effect.apSecond(weights))
        : withFolder(output, pipe(weights, Effect.apSecond(writeConfigurations(output, to, clip))))
    }),
    Effect.map(({ opened }) => ({
      from: opened.convention,
      to,
      path,
      assumed: isFile ? [] : opened.assumed.filter((fact) => fact !== 'preprocessing'),
    })),
  )
}
