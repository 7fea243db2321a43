/** One training step as one program: forward pass, backward pass and update. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Fault } from '../dsl/fault.js'
import { parameterLike } from '../dsl/ops/leaf.js'
import type { Program } from '../dsl/program.js'
import { gradients } from '../dsl/transformations/reverse-mode.js'
import type { Objective } from './objective.js'
import { reportedOutputs, trainedParameters, updatedParameters } from './objective.js'
import { differentiatedLoss, nextName, optimizerState, optimizerUpdate } from './optimizer-update.js'
import type { Outputs } from './outputs.js'
import { programOfOutputs } from './outputs.js'
import type { Transformation } from './transformation.js'

/** A parameter of the step whose next value is an output of the step. */
export interface Carried {
  readonly parameter: string
  readonly output: string
}

export interface TrainStep {
  /** Its outputs are the loss and the reported tensors under their names, and the next values as `next/<parameter>`. */
  readonly program: Program
  /** The trained parameters and the optimizer's state. */
  readonly carried: readonly Carried[]
  /**
   * The optimizer's initial state, under the parameter names of `carried`. The program has no inputs. Its parameters, if an
   * average of weights or the like begins at their values, are parameters of the step.
   */
  readonly initialState: Program
}

const initialStateOf = (outputs: Outputs): E.Either<Fault, Program> =>
  pipe(
    programOfOutputs(outputs),
    E.filterOrElse(
      ({ inputs }) => inputs.length === 0,
      ({ inputs }): Fault => ({
        tag: 'ProgramFault',
        message: `the initial state of the optimizer needs the value of ${inputs
          .map(({ attributes }) => `'${attributes.name}'`)
          .join(', ')}`,
        advice: 'inputs have no values before the first step: begin at the parameters, or at zeros',
      }),
    ),
  )

/** The step that reports these outputs and carries these next values, with the first values of optimizers' states. */
export const stepOfOutputs = ({
  reported,
  next,
  initial,
}: {
  readonly reported: Outputs
  readonly next: Outputs
  readonly initial: Outputs
}): E.Either<Fault, TrainStep> =>
  pipe(
    E.Do,
    E.bind('program', () =>
      programOfOutputs([
        ...reported,
        ...next.map(([parameter, tensor]) => [nextName(parameter), tensor] as const),
      ]),
    ),
    E.bind('initialState', () => initialStateOf(initial)),
    E.map(({ program, initialState }) => ({
      program,
      initialState,
      carried: next.map(([parameter]) => ({ parameter, output: nextName(parameter) })),
    })),
  )

/**
 * A training step of an objective with an optimizer.
 *
 * Fails with the first shape rule that the loss, the report or the optimizer breaks, where a reported name is `loss` or
 * begins with `next/`, where `updates` names a parameter that there is not or gives it another shape, and where the
 * optimizer's initial state depends on values of inputs.
 *
 * @example
 * const [x, target] = [input('x', ['B', 3]), input('target', ['B', 1])]
 * const loss = meanSquaredError(linear(x, parameter('head.weight', [1, 3])), target)
 * const step = trainStep({ loss, isTrainable: (name) => name.startsWith('head.') }, adam({ learningRate: 1e-3 }))
 */
export const trainStep = (of: Objective, optimizer: Transformation): E.Either<Fault, TrainStep> => {
  const parameters = trainedParameters(of)
  const before = optimizerState(parameters, optimizer, parameterLike)
  const scaled = differentiatedLoss(of.loss, optimizer, before)
  const update = optimizerUpdate(parameters, gradients(scaled, parameters), optimizer, before)
  return pipe(
    E.Do,
    E.bind('reported', () => reportedOutputs(of, ['next'])),
    E.chainFirst(() => updatedParameters(of)),
    E.chain(({ reported }) =>
      stepOfOutputs({
        reported,
        next: [...update.next, ...Object.entries(of.updates ?? {})],
        initial: update.initial,
      }),
    ),
  )
}
