/** Normalisation in plain numbers: elements that share their moments, standardised. */
import type { TensorValue } from '../../../values/value.js'
import { average } from '../plain-numbers.js'
import { elementAt, mapElements, positionAlong, realTensor } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'

const missing = realTensor([0], () => 0)

/** The argument `x` of a trial. */
export const xOf = ({ values: { x = missing } }: Trial): TensorValue => x

/** The elements of a tensor that share a set, by the number of the set. */
const sets = (x: TensorValue, setOf: (flat: number) => number): ReadonlyMap<number, readonly number[]> => {
  const found = new Map<number, number[]>()
  for (const [flat, element] of x.data.entries()) {
    const set = found.get(setOf(flat))
    if (set === undefined) found.set(setOf(flat), [element])
    else set.push(element)
  }
  return found
}

export const plainVariance = (list: readonly number[]): number =>
  average(list.map((element) => (element - average(list)) ** 2))

/** The set of elements at one position of an axis. */
export const alongAxis = (x: TensorValue, axis: number): ((flat: number) => number) =>
  positionAlong(x.shape, axis)

/** (x - mean) / √(variance + 1e-5) with the moments of each set, times gain plus bias by channel, axis 1. */
export const plainNormalised = (trial: Trial, name: string, setOf: (flat: number) => number): TensorValue => {
  const x = xOf(trial)
  const { [`${name}.weight`]: gain = missing, [`${name}.bias`]: bias = missing } = trial.values
  const channel = positionAlong(x.shape, 1)
  const moments = new Map(
    [...sets(x, setOf)].map(([set, list]) => [
      set,
      { mean: average(list), deviation: Math.sqrt(plainVariance(list) + 1e-5) },
    ]),
  )
  return mapElements(x, (element, flat) => {
    const { mean = Number.NaN, deviation = Number.NaN } = moments.get(setOf(flat)) ?? {}
    const normal = (element - mean) / deviation
    return normal * elementAt(gain, channel(flat)) + elementAt(bias, channel(flat))
  })
}

/** A number of each channel of x, by a function of its elements. */
export const plainPerChannel = (
  trial: Trial,
  f: (elements: readonly number[], channel: number) => number,
): TensorValue => {
  const x = xOf(trial)
  const byChannel = sets(x, positionAlong(x.shape, 1))
  return realTensor([x.shape[1] ?? 0], (channel) => f(byChannel.get(channel) ?? [], channel))
}
