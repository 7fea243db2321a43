/** The programs whose cost is counted and measured: a method's parts, and the whole, for a CLIP of any size. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from '../../values/record.js'
import { input, programOfNodes, sized } from '../../dsl/index.js'
import type { AnyTensor, Program } from '../../dsl/index.js'
import type { ChosenMethod, MethodName, PromptMethod } from '../../methods/index.js'
import type { ClipTowers } from '../../model/index.js'
import { definitionOf } from '../../methods/index.js'
import type { TrainStep } from '../../optimizers/index.js'
import { encodedInputs } from '../encoding/encoded-set.js'
import type { MethodConfiguration } from '../adaptation/configuration.js'
import { adaptationStep } from '../adaptation/step.js'
import { classTextInputs, inductiveMethod } from '../adaptation/task.js'
import type { Failure } from '../../effects/failure.js'
import { programRejected } from '../../engines/failure.js'

/** What cost depends on, apart from the architecture. */
export interface CostSetting {
  /** The method, its sizes, and `batch`: images of each domain in a step. */
  readonly method: MethodConfiguration
  /** `K` */
  readonly classes: number
  /** Tokens of the longest class name: prompts are as long as it makes them. */
  readonly nameTokens: number
}

/** The programs of a method on one CLIP. Symbols: `B` images, `K` classes. */
export interface CostPrograms {
  readonly method: PromptMethod
  /** Images to the feature and the moments of every level. */
  readonly imageEncoder: Program
  /** The text tower, once over a template's prompts of all classes: what zero-shot CLIP needs. */
  readonly textTower: Program
  /** Moments to the tokens of one image, where the method makes any: of AD-CLIP style, mapped style and content. */
  readonly promptLearner: Program | undefined
  /** Images to logits, everything in between. */
  readonly prediction: Program
  /** Encoded images of both domains to the losses. */
  readonly forward: Program
  /** The same, backward and update too. */
  readonly step: TrainStep
}

/** Tokens of "a photo of a" in front of a name. */
const templateTokens = 4

/** [SOS] context or template name . [EOT] */
const promptLength = ({ prompts }: PromptMethod, { nameTokens }: CostSetting): number =>
  (prompts.tag === 'Placeholders' ? prompts.count : templateTokens) + nameTokens + 3

const checked = (where: string, outputs: Readonly<Record<string, AnyTensor>>): E.Either<Failure, Program> =>
  pipe(programOfNodes(R.map(({ node }: AnyTensor) => node)(outputs)), E.mapLeft(programRejected(where)))

const imageEncoderOf = ({ side, encodeImages }: ClipTowers) =>
  encodeImages(input('images', ['B', 3, side, side]))

const promptLearnerOf = <N extends MethodName>(
  towers: ClipTowers,
  { method, settings }: ChosenMethod<N>,
): E.Either<Failure, Program | undefined> => {
  const tokens = definitionOf(method).promptLearner?.(towers, settings, encodedInputs(towers, ''))
  return tokens === undefined ? E.right(undefined) : checked('prompt learner', tokens)
}

/** The part of a step that computes its losses. */
const forwardOf = ({ program, carried }: TrainStep): E.Either<Failure, Program> => {
  const next = new Set(carried.map(({ output }) => output))
  return pipe(
    programOfNodes(R.filterWithIndex((name: string) => !next.has(name))(program.outputs)),
    E.mapLeft(programRejected('losses')),
  )
}

/**
 * The programs of a method on this CLIP. No weights are needed: shapes say all that a count needs.
 *
 * Fails with `ProgramRejected` where sizes do not fit together, with `InvalidSetting` where the method asks for more levels
 * than the image encoder has.
 *
 * @example
 * costPrograms(openAiTowers(publishedArchitectures['ViT-B/16']), { method: methodConfiguration('coop'), classes: 65, nameTokens: 5 })
 */
export const costPrograms = (towers: ClipTowers, setting: CostSetting): E.Either<Failure, CostPrograms> => {
  const encoded = imageEncoderOf(towers)
  const moments = encoded.levels.flatMap(({ mean, deviation }, i) => [
    [`mean.${i}`, mean] as const,
    [`deviation.${i}`, deviation] as const,
  ])
  const templates = input('prompts', ['K', sized('X', templateTokens + setting.nameTokens + 3)], 'i32')
  const features = towers.text.encode(towers.text.embed(templates), towers.text.endsOf(templates))
  return pipe(
    E.Do,
    E.apS('method', inductiveMethod(setting.method, towers, templateTokens)),
    E.apS(
      'imageEncoder',
      checked('image encoder', { feature: encoded.feature, ...Object.fromEntries(moments) }),
    ),
    E.apS('textTower', checked('text tower', { features })),
    E.apS('promptLearner', promptLearnerOf(towers, setting.method)),
    E.bind('prediction', ({ method }) =>
      checked('prediction', {
        logits: method.predict(encoded, classTextInputs(towers, promptLength(method, setting))),
      }),
    ),
    E.bind('step', ({ method }) =>
      // The number of steps in an epoch is a number in the schedule: it changes no cost.
      adaptationStep(towers, method, setting.method, {
        promptLengths: promptLength(method, setting),
        stepsPerEpoch: 100,
        targetCount: 100 * setting.method.batch,
      }),
    ),
    E.bind('forward', ({ step }) => forwardOf(step)),
  )
}
