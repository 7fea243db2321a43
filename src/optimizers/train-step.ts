/** One training step as one program: forward, backward and update together, so that an engine runs it whole. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as b from '../dsl/builder.js'
import type { Fault } from '../dsl/fault.js'
import type { Program } from '../dsl/program.js'
import { programOfNodes } from '../dsl/program.js'
import { namedGradients } from '../dsl/reverse-mode.js'
import type { Minimised } from './minimised.js'
import { differentiated } from './minimised.js'
import {
  differentiatedLoss,
  nextName,
  nextOutputs,
  optimizerState,
  optimizerUpdate,
} from './optimizer-update.js'
import type { Transformation } from './transformation.js'

/** A parameter of the step that takes the value of an output after each run. */
export interface Carried {
  readonly parameter: string
  readonly output: string
}

export interface TrainStep {
  /** Outputs: the reported scalars under their names, and the next value of everything that is carried. */
  readonly program: Program
  /** Learnable parameters and the optimizer's state. */
  readonly carried: readonly Carried[]
  /** The optimizer's first state, under the names of `carried`. It needs no inputs and no parameters. */
  readonly initialState: Program
}

/**
 * The program of one update.
 *
 * @example
 * const [x, target] = [input('x', ['B', 3]), input('target', ['B', 1])]
 * const loss = meanSquaredError(linear(x, parameter('head.weight', [1, 3])), target)
 * const step = trainStep({ loss, learns: (name) => name.startsWith('head.') }, adam({ learningRate: 1e-3 }))
 */
export const trainStep = (of: Minimised, optimizer: Transformation): E.Either<Fault, TrainStep> => {
  const { total, reported, leaves } = differentiated(of)
  const before = optimizerState(leaves, optimizer, b.parameter)
  const gradients = namedGradients(differentiatedLoss(total, optimizer, before), leaves)
  const update = optimizerUpdate(leaves, gradients, optimizer, before)
  return pipe(
    E.Do,
    E.bind('program', () => programOfNodes({ ...reported, ...nextOutputs(update) })),
    E.bind('initialState', () => programOfNodes(update.initial)),
    E.let('carried', () =>
      Object.keys(update.next).map((parameter) => ({ parameter, output: nextName(parameter) })),
    ),
  )
}
