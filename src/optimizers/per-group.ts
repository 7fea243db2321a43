/** Parameter groups: another optimizer for the parameters of each part of a model. */
import * as R from '../values/record.js'
import { erased } from '../dsl/erasure.js'
import { faulty } from '../dsl/node.js'
import { div, mul } from '../dsl/ops/elementwise.js'
import { scalar } from '../dsl/ops/leaf.js'
import type { Tensor } from '../dsl/tensor.js'
import type { State } from './state.js'
import type { NamedTensors } from './tensors.js'
import { mapTensors } from './tensors.js'
import type { Transformation, Updated } from './transformation.js'
import { transformation } from './transformation.js'

/** Optimizers by the beginnings of parameters' names. `rest` is for parameters that no beginning fits. */
export type Groups = Readonly<Record<string, Transformation>>

type GroupStates = Readonly<Record<string, State>>

/** The group of a parameter: the longest beginning that fits its name. */
const groupOf = (groups: Groups, name: string): string | undefined => {
  const fitting = Object.keys(groups).filter((group) => group !== 'rest' && name.startsWith(group))
  return fitting.toSorted((a, b) => b.length - a.length)[0] ?? ('rest' in groups ? 'rest' : undefined)
}

const withoutGroup = (groups: Groups, name: string): never =>
  erased(
    faulty(
      'perGroup',
      `the parameter '${name}' begins with none of ${Object.keys(groups)
        .map((group) => `'${group}'`)
        .join(', ')}, and there is no group 'rest'`,
      [],
    ),
  )

/** The product of the loss factors of all groups, or of all but one, from their states. */
const lossFactorOf = (groups: Groups, states: GroupStates, but?: string): Tensor<[]> =>
  Object.entries(groups)
    .flatMap(([name, { lossFactor }]) =>
      lossFactor === undefined || name === but ? [] : [lossFactor(R.lookup(name, states) ?? {})],
    )
    .reduce((a, b) => mul(a, b), scalar(1))

/**
 * An optimizer that updates each parameter with the optimizer of its group: that of the longest name that the parameter's
 * name begins with, or `rest`. Each optimizer is given its own parameters alone: a clipped norm is that of its group.
 *
 * A parameter that no group takes is a fault of the step.
 *
 * @example
 * const optimizer = perGroup({
 *   'head.': adam({ learningRate: 1e-3 }),
 *   rest: sgd({ learningRate: 1e-4, momentum: 0.9 }),
 * })
 */
export const perGroup = (groups: Groups): Transformation => {
  const part = (of: NamedTensors, group: string): NamedTensors =>
    R.filterWithIndex((name: string) => groupOf(groups, name) === group)(of)
  const isScaled = Object.values(groups).some(({ lossFactor }) => lossFactor !== undefined)
  return transformation<GroupStates>({
    init: (parameters) =>
      R.mapWithIndex((group, { init }: Transformation) => init(part(parameters, group)))(groups),
    ...(isScaled ? { lossFactor: (states) => lossFactorOf(groups, states) } : {}),
    update: (given) => {
      const updated = R.mapWithIndex((group, { update }: Transformation) => {
        const own = part(given.updates, group)
        const unscaled = <S>(gradient: Tensor<S>): Tensor<S> =>
          div(gradient, lossFactorOf(groups, given.state, group))
        return update({
          ...given,
          updates: isScaled ? mapTensors(own, unscaled) : own,
          parameters: part(given.parameters, group),
          state: R.lookup(group, given.state) ?? {},
        })
      })(groups)
      const orphans = R.filterWithIndex((name: string) => groupOf(groups, name) === undefined)(given.updates)
      return {
        updates: Object.fromEntries([
          ...Object.values(updated).flatMap(({ updates }) => Object.entries(updates)),
          ...Object.keys(orphans).map((name) => [name, withoutGroup(groups, name)] as const),
        ]),
        state: R.map(({ state }: Updated) => state)(updated),
      }
    },
  })
}
