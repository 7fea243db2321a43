/** What a method costs on a CLIP: parameters and operations, counted from its programs. Pure. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { countOperations } from '../../dsl/index.js'
import type { OperationCount, Program, Sizes } from '../../dsl/index.js'
import type { ClipTowers } from '../../model/index.js'
import type { Failure } from '../../effects/failure.js'
import type { CostPrograms, CostSetting } from './cost-programs.js'
import { costPrograms } from './cost-programs.js'
import { countParameters } from './parameter-count.js'
import { programRejected } from '../../engines/failure.js'

/** Numbers of parameters; a batch norm's moments are not among them. */
export interface ParameterCost {
  readonly clip: number
  readonly imageEncoder: number
  readonly textTower: number
  /** What the method trains. */
  readonly learnable: number
}

/** Operations of the parts and of the whole. */
export interface OperationCost {
  /** One image. */
  readonly imageEncoder: OperationCount
  /** The templates of all classes, once. */
  readonly textTower: OperationCount
  /** The tokens of one image, where the method makes any. */
  readonly promptLearner: OperationCount | undefined
  /** One image, from its pixels to its logits. */
  readonly prediction: OperationCount
  /** One training step's losses, on a batch of encoded images of both domains. */
  readonly forward: OperationCount
  /** One training step whole: losses, gradients, update. */
  readonly step: OperationCount
}

export interface Cost {
  readonly setting: CostSetting
  readonly parameters: ParameterCost
  readonly operations: OperationCost
}

const operationsOf = (
  name: keyof OperationCost,
  of: Program,
  sizes: Sizes,
): E.Either<Failure, OperationCount> => pipe(countOperations(of, sizes), E.mapLeft(programRejected(name)))

/** Numbers of parameters; CLIP's are those of its two towers, and the scale of its logits. */
const parametersOf = ({ method, imageEncoder, textTower, step }: CostPrograms): ParameterCost => {
  const vision = countParameters(imageEncoder.parameters)
  const text = countParameters(textTower.parameters)
  const logitScale = 1
  return {
    clip: vision + text + logitScale,
    imageEncoder: vision,
    textTower: text,
    learnable: countParameters(step.program.parameters, method.isTrainable),
  }
}

/**
 * Parameters and operations of a method on this CLIP; see `countOperations` for what counts as one.
 *
 * Fails with `ProgramRejected` where sizes do not fit together.
 *
 * @example
 * costOf(openAiTowers(publishedArchitectures.RN50), { method: methodConfiguration('ad-clip'), classes: 65, nameTokens: 5 })
 */
export const costOf = (towers: ClipTowers, setting: CostSetting): E.Either<Failure, Cost> =>
  pipe(
    costPrograms(towers, setting),
    E.chain((programs) => {
      const one = { B: 1, K: setting.classes }
      const batch = { B: setting.method.batch, K: setting.classes }
      return pipe(
        E.Do,
        E.apS('imageEncoder', operationsOf('imageEncoder', programs.imageEncoder, one)),
        E.apS('textTower', operationsOf('textTower', programs.textTower, one)),
        E.apS(
          'promptLearner',
          programs.promptLearner === undefined
            ? E.right(undefined)
            : operationsOf('promptLearner', programs.promptLearner, one),
        ),
        E.apS('prediction', operationsOf('prediction', programs.prediction, one)),
        E.apS('forward', operationsOf('forward', programs.forward, batch)),
        E.apS('step', operationsOf('step', programs.step.program, batch)),
        E.map((operations) => ({ setting, parameters: parametersOf(programs), operations })),
      )
    }),
  )
