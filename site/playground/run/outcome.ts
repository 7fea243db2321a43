/** What a run ends with, as the playground shows it. */
import type { NamedValues } from 'tensile'
import { showShape, tensor } from 'tensile'

/** A value of a run: its name, its shape, and its first numbers. */
export interface ShownValue {
  readonly name: string
  readonly shape: string
  readonly text: string
}

/** A point of a curve. */
export interface Point {
  readonly step: number
  readonly value: number
}

/** The result of a run. */
export interface Outcome {
  /** The loss at each step; empty if the effect is no training. */
  readonly losses: readonly Point[]
  readonly values: readonly ShownValue[]
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isValue = (value: unknown): value is NamedValues[string] =>
  isObject(value) && Array.isArray(value['shape']) && ArrayBuffer.isView(value['data'])

const longest = 600

const shownValue = ([name, value]: readonly [string, NamedValues[string]]): ShownValue => {
  const text = tensor.show(value)
  return {
    name,
    shape: showShape(value.shape),
    text: text.length > longest ? `${text.slice(0, longest)} …` : text,
  }
}

const valuesIn = (result: Readonly<Record<string, unknown>>): readonly ShownValue[] =>
  Object.entries(result).flatMap(([name, value]) => {
    if (isValue(value)) return [shownValue([name, value])]
    return typeof value === 'number' ? [{ name, shape: '', text: String(value) }] : []
  })

const lossesIn = (metrics: unknown): readonly Point[] =>
  (Array.isArray(metrics) ? metrics : []).flatMap((at: unknown) =>
    isObject(at) && typeof at['step'] === 'number' && typeof at['loss'] === 'number'
      ? [{ step: at['step'], value: at['loss'] }]
      : [],
  )

/** The outcome of an effect: of a training, its losses, evaluations and weights; of another, the values that it gives. */
export const outcomeOf = (result: unknown): Outcome => {
  if (!isObject(result)) return { losses: [], values: [] }
  const { weights, evaluations, metrics } = result
  return isObject(weights)
    ? {
        losses: lossesIn(metrics),
        values: [...(isObject(evaluations) ? valuesIn(evaluations) : []), ...valuesIn(weights)],
      }
    : { losses: [], values: valuesIn(result) }
}
