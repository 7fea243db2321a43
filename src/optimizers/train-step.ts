/** One training step as one program: forward, backward and update together, so that an engine runs it whole. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import * as b from '../dsl/builder.js'
import type { Fault } from '../dsl/fault.js'
import type { Node } from '../dsl/primitive.js'
import type { AnyTensor, Program } from '../dsl/program.js'
import { programOfNodes } from '../dsl/program.js'
import { gradientNodes } from '../dsl/reverse-mode.js'
import type { Tensor } from '../dsl/tensor.js'
import { topologicalOrder } from '../dsl/walk.js'
import type { Named, Transformation } from './transformation.js'
import { slot, zip } from './transformation.js'

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

const stepName = 'optimizer/step'
const nextName = (parameter: string): string => `next/${parameter}`

/**
 * The program of one update.
 *
 * `loss` is what is minimised, `report` further scalars (or any tensors) to return beside it, `learns` says which
 * parameters are trained: the others, and all that hold integers, are frozen, and no gradient of theirs is built.
 *
 * @example
 * const [x, target] = [input('x', ['B', 3]), input('target', ['B', 1])]
 * const loss = meanSquaredError(linear(x, parameter('head.weight', [1, 3])), target)
 * const step = trainStep({ loss, learns: (name) => name.startsWith('head.') }, adam({ learningRate: 1e-3 }))
 */
export const trainStep = (
  {
    loss,
    report = {},
    learns = () => true,
  }: {
    readonly loss: Tensor<[]>
    readonly report?: Readonly<Record<string, AnyTensor>>
    readonly learns?: (parameter: string) => boolean
  },
  optimizer: Transformation,
): E.Either<Fault, TrainStep> => {
  const reported: Named = { loss: loss.node, ...R.map(({ node }: AnyTensor) => node)(report) }
  const leaves = topologicalOrder([loss.node]).flatMap((node) =>
    node.op === 'parameter' && node.dtype === 'f32' && learns(node.attributes.name) ? [node] : [],
  )
  const parameters: Named = Object.fromEntries(leaves.map((leaf) => [leaf.attributes.name, leaf]))
  const gradients: Named = named(
    leaves.map(({ attributes }) => attributes.name),
    gradientNodes(loss.node, leaves),
  )

  const initial = slot('optimizer', optimizer.init(parameters))
  const state = R.mapWithIndex((name: string, first: Node) => b.parameter(name, first.shape, first.dtype))(
    initial,
  )
  const step = b.parameter(stepName, [], 'i32')
  const { updates, state: nextState } = optimizer.update({
    updates: gradients,
    state: Object.fromEntries(
      Object.entries(state).map(([name, node]) => [name.slice('optimizer/'.length), node]),
    ),
    parameters,
    step: b.cast(step, 'f32'),
  })
  const next: Named = {
    ...zip(parameters, updates, b.add),
    ...slot('optimizer', nextState),
    [stepName]: b.add(step, b.constant(1, [], 'i32')),
  }
  return pipe(
    E.Do,
    E.bind('program', () =>
      programOfNodes({
        ...reported,
        ...Object.fromEntries(Object.entries(next).map(([name, node]) => [nextName(name), node])),
      }),
    ),
    E.bind('initialState', () => programOfNodes({ ...initial, [stepName]: b.constant(0, [], 'i32') })),
    E.let('carried', () =>
      Object.keys(next).map((parameter) => ({ parameter, output: nextName(parameter) })),
    ),
  )
}

const named = (names: readonly string[], nodes: readonly Node[]): Named =>
  Object.fromEntries(
    names.flatMap((name, i) => {
      const node = nodes[i]
      return node === undefined ? [] : [[name, node]]
    }),
  )
