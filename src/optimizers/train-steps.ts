/** Several objectives in one training step, each with its own parameters and optimizer, as a GAN has them. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { stopGradient as stopped } from '../dsl/builder.js'
import { typed } from '../dsl/erasure.js'
import type { Fault } from '../dsl/fault.js'
import { parameterLike } from '../dsl/ops/leaf.js'
import type { Node } from '../dsl/primitives/primitive.js'
import type { AnyTensor } from '../dsl/program.js'
import { gradients } from '../dsl/transformations/reverse-mode.js'
import { substituteNodes } from '../dsl/transformations/substitute.js'
import type { Objective } from './objective.js'
import { reportedOutputs, trainedParameters, updatedParameters } from './objective.js'
import { differentiatedLoss, optimizerState, optimizerUpdate } from './optimizer-update.js'
import type { Outputs } from './outputs.js'
import type { TrainStep } from './train-step.js'
import { stepOfOutputs } from './train-step.js'
import type { Transformation } from './transformation.js'

/** What the objectives before one leave: outputs so far, and the nodes that stand for parameters that have moved on. */
interface Sofar {
  readonly reported: Outputs
  readonly next: Outputs
  readonly initial: Outputs
  readonly moved: ReadonlyMap<Node, Node>
  /** The objective that changes each parameter. */
  readonly owners: Readonly<Record<string, string>>
}

const nothing: Sofar = { reported: [], next: [], initial: [], moved: new Map(), owners: {} }

/** An objective that reads the parameters as those before it left them. */
const afterOthers = (of: Objective, moved: ReadonlyMap<Node, Node>): Objective => {
  const { report = {}, updates = {} } = of
  const now = ({ node }: AnyTensor): Node => substituteNodes([node], moved)[0] ?? node
  const all = (tensors: Readonly<Record<string, AnyTensor>>): Readonly<Record<string, AnyTensor>> =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, typed(now(tensor))]))
  return { ...of, loss: typed(now(of.loss)), report: all(report), updates: all(updates) }
}

/** Fails where a parameter that an objective changes is changed by another one before. */
const checkOwners = (
  name: string,
  changed: readonly string[],
  owners: Readonly<Record<string, string>>,
): E.Either<Fault, void> => {
  const twice = changed.find((parameter) => Object.hasOwn(owners, parameter))
  return twice === undefined
    ? E.right(undefined)
    : E.left({
        tag: 'ProgramFault',
        message: `the parameter '${twice}' is trained by '${owners[twice]}' and by '${name}'`,
        advice: 'say with isTrainable which parameters each objective trains',
      })
}

const withObjective = (
  sofar: Sofar,
  name: string,
  [of, optimizer]: readonly [Objective, Transformation],
): E.Either<Fault, Sofar> => {
  const parameters = trainedParameters(of)
  const here = afterOthers(of, sofar.moved)
  const under = `optimizer/${name}`
  const before = optimizerState(parameters, optimizer, parameterLike, under)
  const scaled = differentiatedLoss(here.loss, optimizer, before)
  const update = optimizerUpdate(parameters, gradients(scaled, parameters), optimizer, before, under)
  return pipe(
    E.Do,
    E.bind('reported', () => reportedOutputs(here, [])),
    E.bind('buffers', () => updatedParameters(of)),
    E.chainFirst(({ buffers }) =>
      checkOwners(name, [...Object.keys(parameters), ...Object.keys(buffers)], sofar.owners),
    ),
    E.map(({ reported, buffers }) => {
      const next = [...update.next, ...Object.entries(here.updates ?? {})]
      const leaves = new Map([
        ...Object.entries(parameters).map(([parameter, { node }]) => [parameter, node] as const),
        ...Object.entries(buffers),
      ])
      const moved = next.flatMap(([parameter, { node }]) => {
        const leaf = leaves.get(parameter)
        return leaf === undefined ? [] : [[leaf, stopped(node)] as const]
      })
      return {
        reported: [
          ...sofar.reported,
          ...reported.map(([output, tensor]) => [`${name}/${output}`, tensor] as const),
        ],
        next: [...sofar.next, ...next],
        initial: [...sofar.initial, ...update.initial],
        moved: new Map([...sofar.moved, ...moved]),
        owners: { ...sofar.owners, ...Object.fromEntries([...leaves.keys()].map((leaf) => [leaf, name])) },
      }
    }),
  )
}

/**
 * A training step of several objectives, in the order in which they are listed: each reads the parameters as those before
 * it left them, as a loop of one step after the other would, and no gradient goes into those steps. Outputs are reported
 * as `<objective>/loss`.
 *
 * Fails as `trainStep` does, where two objectives train one parameter, and where an objective is called `next`.
 *
 * @example
 * const fake = linear(input('z', ['B', 2]), parameter('G.weight', [3, 2]))
 * const score = (x: Tensor<['B', 3]>) => mean(linear(x, parameter('D.weight', [1, 3])), [0, 1])
 * const critic = { loss: sub(score(fake), score(input('x', ['B', 3]))), isTrainable: (name: string) => name.startsWith('D.') }
 * const generator = { loss: neg(score(fake)), isTrainable: (name: string) => name.startsWith('G.') }
 * const step = trainSteps({ D: [critic, adam({ learningRate: 1e-4 })], G: [generator, adam({ learningRate: 1e-4 })] })
 */
export const trainSteps = (
  objectives: Readonly<Record<string, readonly [Objective, Transformation]>>,
): E.Either<Fault, TrainStep> =>
  Object.hasOwn(objectives, 'next')
    ? E.left({
        tag: 'ProgramFault',
        message:
          "an objective cannot be called 'next': the step gives names that begin so to its own outputs",
        advice: 'call it something else',
      })
    : pipe(
        Object.entries(objectives).reduce<E.Either<Fault, Sofar>>(
          (sofar, [name, objective]) =>
            E.chain((known: Sofar) => withObjective(known, name, objective))(sofar),
          E.right(nothing),
        ),
        E.chain(stepOfOutputs),
      )
