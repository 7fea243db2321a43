/**
 * Random trials, for fast-check. Sizes are drawn once per symbol, then values. A failing trial shrinks in its sizes
 * first, keeping the values that are left, then in its values: fewer elements that are not 0, then rounder ones.
 */
import * as fc from 'fast-check'
import type { Sizes } from '../../shapes/dim.js'
import type { TensorValue } from '../../values/value.js'
import type { AnyTensorArgument } from '../argument.js'
import { sizesOfShape } from '../argument.js'
import { cutTo, elementAt, mapElements, unroundedValue } from '../tensor-values.js'
import type { Trial } from '../trial.js'
import { repaired, selectPositions } from '../trial.js'
import type { Region } from './kind.js'

/** Smallest and largest size of a symbol. */
export type SizeRange = readonly [number, number]

/** What trials are drawn from. */
interface TrialPlan {
  readonly symbols: readonly string[]
  readonly ranges: Readonly<Record<string, SizeRange>>
  readonly tensors: readonly AnyTensorArgument[]
  /** The parameters that the function has at these sizes. */
  readonly parametersAt: (sizes: Sizes) => readonly AnyTensorArgument[]
  readonly region: Region
}

const defaultRange: SizeRange = [1, 5]

const rangeOf = ({ ranges }: TrialPlan, symbol: string): SizeRange => ranges[symbol] ?? defaultRange

const drawn = (
  random: fc.Random,
  argument: AnyTensorArgument,
  sizes: Sizes,
  region: Region,
): readonly [string, TensorValue] => {
  const shape = sizesOfShape(argument.shape, sizes)
  return [
    argument.name,
    unroundedValue(argument.dtype, shape, argument.kind.draw(random, { shape, sizes, region })),
  ]
}

const draw = (plan: TrialPlan, random: fc.Random): Trial => {
  const sizes: Sizes = Object.fromEntries(
    plan.symbols.map((symbol) => [symbol, random.nextInt(...rangeOf(plan, symbol))]),
  )
  const key = [random.nextInt(), random.nextInt()] as const
  const tensors = [...plan.tensors, ...plan.parametersAt(sizes)]
  return {
    sizes,
    key,
    values: Object.fromEntries(tensors.map((argument) => drawn(random, argument, sizes, plan.region))),
  }
}

/** The complexity of a number for a reader: 0 for 0, small for whole numbers. Shrinking only lowers it. */
const complexity = (element: number): number => {
  if (element === 0) return 0
  const sign = element < 0 ? 0.5 : 0
  if (!Number.isFinite(element)) return 8
  return Number.isInteger(element) ? 1 + Math.log2(Math.abs(element)) + sign : 64 + sign
}

const complexityOf = ({ data }: TensorValue): number => {
  let total = 0
  for (const element of data) total += complexity(element)
  return total
}

const simplerElements = [
  () => 0,
  (x: number) => Math.round(x),
  (x: number) => Math.trunc(x / 2),
  Math.abs,
] as const

/** Tensors with simpler elements: all at once, then one by one. */
function* simplerTensors(value: TensorValue): Generator<TensorValue> {
  for (const simpler of simplerElements) yield mapElements(value, simpler)
  for (let at = 0; at < value.data.length; at += 1) {
    for (const simpler of simplerElements) {
      yield mapElements(value, (element, i) => (i === at ? simpler(element) : element))
    }
  }
}

const without = (count: number, position: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => i).filter((i) => i !== position)

/** Positions that stay when a symbol shrinks: the first few, then all but one. */
function* fewerPositions(count: number, smallest: number): Generator<readonly number[]> {
  const first = (length: number): readonly number[] => Array.from({ length }, (_, i) => i)
  if (count > smallest) yield first(smallest)
  const half = Math.floor(count / 2)
  if (half > smallest) yield first(half)
  if (count - 1 > smallest || smallest === 0) {
    for (let position = count - 1; position >= 0; position -= 1) yield without(count, position)
  } else if (count - 1 === smallest) {
    for (let position = count - 2; position >= 0; position -= 1) yield without(count, position)
  }
}

/** The trial with every value in the shape and kind that the sizes ask for. */
const conformed = (plan: TrialPlan, trial: Trial): Trial => {
  const parameters = plan.parametersAt(trial.sizes)
  const kept = [...plan.tensors, ...parameters].flatMap((argument) => {
    const value = trial.values[argument.name]
    if (value === undefined) return []
    const cut = cutTo(value, sizesOfShape(argument.shape, trial.sizes))
    return [[argument.name, repaired(argument, cut, trial.sizes, plan.region)] as const]
  })
  return { ...trial, values: Object.fromEntries(kept) }
}

const isComplete = (plan: TrialPlan, trial: Trial): boolean =>
  [...plan.tensors, ...plan.parametersAt(trial.sizes)].every((argument) => {
    const value = trial.values[argument.name]
    const shape = sizesOfShape(argument.shape, trial.sizes)
    return (
      value !== undefined &&
      value.shape.length === shape.length &&
      value.shape.every((length, axis) => length === shape[axis])
    )
  })

function* smallerTrials(plan: TrialPlan, trial: Trial): Generator<Trial> {
  for (const symbol of plan.symbols) {
    for (const positions of fewerPositions(trial.sizes[symbol] ?? 0, rangeOf(plan, symbol)[0])) {
      const smaller = conformed(plan, selectPositions(plan.tensors, trial, symbol, positions))
      if (isComplete(plan, smaller)) yield smaller
    }
  }
  for (const argument of [...plan.tensors, ...plan.parametersAt(trial.sizes)]) {
    const value = trial.values[argument.name]
    if (value === undefined) continue
    const now = complexityOf(value)
    for (const candidate of simplerTensors(value)) {
      const simpler = repaired(argument, candidate, trial.sizes, plan.region)
      const changed = simpler.data.some((element, i) => !Object.is(element, elementAt(value, i)))
      if (changed && complexityOf(simpler) < now - 0.1) {
        yield { ...trial, values: { ...trial.values, [argument.name]: simpler } }
      }
    }
  }
}

/** The arbitrary of a plan, as the class that fast-check requires. */
class TrialArbitrary extends fc.Arbitrary<Trial> {
  private readonly plan: TrialPlan
  constructor(plan: TrialPlan) {
    super()
    this.plan = plan
  }
  override generate(random: fc.Random): fc.Value<Trial> {
    return new fc.Value(draw(this.plan, random), undefined)
  }
  override canShrinkWithoutContext(_value: unknown): _value is Trial {
    return false
  }
  override shrink(trial: Trial): fc.Stream<fc.Value<Trial>> {
    return fc.stream(smallerTrials(this.plan, trial)).map((smaller) => new fc.Value(smaller, undefined))
  }
}

/** Trials of a plan. */
export const arbitraryTrial = (plan: TrialPlan): fc.Arbitrary<Trial> => new TrialArbitrary(plan)
