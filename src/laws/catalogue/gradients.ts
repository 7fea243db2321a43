/** Laws of gradients: they are slopes, their own gradients are slopes, and none flows through `stopGradient`. */
import type { NamedValues } from '../../values/named-values.js'
import { foldIn, normal } from '../../values/random-key.js'
import type { TensorValue } from '../../values/value.js'
import type { ScaledTolerance } from '../closeness.js'
import { equalTo } from '../closeness.js'
import type { Answer, Experiment, Question } from '../experiment.js'
import { ask, askAll, conclude, vacuous } from '../experiment.js'
import type { Law, Setting } from '../law.js'
import { questionOf } from '../law.js'
import { innerProduct, moved, realTensor } from '../tensor-values.js'

/** A standard normal direction in every real tensor. */
const randomDirection = (values: NamedValues, key: readonly [number, number]): NamedValues =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value], i) => {
      if (value.dtype !== 'f32') return []
      const draws = normal(foldIn(key, i), value.data.length)
      return [[name, realTensor(value.shape, (flat) => draws[flat] ?? 0)] as const]
    }),
  )

const movedAlong = (values: NamedValues, direction: NamedValues, by: number): NamedValues =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const along = direction[name]
      return [name, along === undefined ? value : moved(value, along, by)]
    }),
  )

/** Σ ⟨gradient, direction⟩ over all arguments. */
const along = (gradients: NamedValues, direction: NamedValues): number =>
  Object.entries(gradients).reduce((sum, [name, gradient]) => {
    const by: TensorValue | undefined = direction[name]
    return by === undefined ? sum : sum + innerProduct(gradient, by)
  }, 0)

const step = 2e-4

/**
 * By how much the slopes to the right and to the left differ at a point, from their difference over a step and over a
 * quarter of it: of a smooth function it is a quarter as large, of a kink it stays.
 */
const kinkHeight = (overStep: number, overQuarter: number): number =>
  (4 / 3) * Math.abs(overQuarter - overStep / 4)

/**
 * The slope of a quantity along a direction by central differences at three step widths, and by Richardson's
 * extrapolation of the last two. How much the three differ is how far off the differences themselves may be. So is the
 * height of a kink at the very point, where slopes to the left and to the right differ at any width: the gradient there
 * is one of the slopes between them (of `relu` at 0, the left one), and central differences give their mean.
 */
const slopeByDifferences = (
  { trial }: Setting,
  direction: NamedValues,
  about: Omit<Question, 'values'>,
  quantity: (answer: Answer) => number,
  next: (slope: number, uncertainty: number) => Experiment,
): Experiment =>
  askAll(
    [step, -step, step / 2, -step / 2, step / 4, -step / 4, 0].map((by) => ({
      ...about,
      values: movedAlong(trial.values, direction, by),
    })),
    (answers) => {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, here = 0] = answers.map(quantity)
      const [wide, middle, narrow] = [(a - b) / (2 * step), (c - d) / step, (e - f) / (step / 2)]
      const kink = kinkHeight((a - 2 * here + b) / step, (e - 2 * here + f) / (step / 4))
      return next(
        (4 * narrow - middle) / 3,
        Math.max(Math.abs(wide - middle), Math.abs(middle - narrow), kink),
      )
    },
  )

/** Differences of numbers with 16 digits over steps of 1e-4 keep about 10; curvature of high order takes the rest. */
const slack = (tolerance: ScaledTolerance, slope: number, uncertainty: number): ScaledTolerance => ({
  ...tolerance,
  relative: 1e-7 + uncertainty / (tolerance.scale + Math.abs(slope)),
})

/** Whether differences say nothing here: a kink within the step, a function too steep for it, the edge of its domain. */
const tooUncertain = (slope: number, uncertainty: number): boolean =>
  !(uncertainty <= 1e-2 * (1 + Math.abs(slope)))

/** Compares a value with a slope by differences; says nothing where the differences are too uncertain. */
const isSlope =
  ({ tolerance }: Setting, label: string, value: number, slopeLabel: string) =>
  (slope: number, uncertainty: number): Experiment =>
    tooUncertain(slope, uncertainty)
      ? vacuous
      : conclude(
          equalTo(
            { label, value },
            { label: slopeLabel, value: slope },
            slack(tolerance, slope, uncertainty),
          ),
        )

/** The gradient is the slope: along random directions, against central differences, in float64. */
export const gradientIsSlope: Law<never> = {
  family: 'gradient',
  name: 'gradient is the slope',
  statement: 'the gradient along any direction is what the output grows by, per step in that direction',
  about: [],
  region: 'typical',
  precision: 'float64',
  experiment: (setting) => {
    const { trial } = setting
    const direction = randomDirection(trial.values, foldIn(trial.key, 2))
    return ask(questionOf(trial, 'gradients'), ({ gradients }) =>
      slopeByDifferences(
        setting,
        direction,
        questionOf(trial),
        ({ objective }) => objective,
        isSlope(setting, 'gradient along a direction', along(gradients, direction), 'difference quotient'),
      ),
    )
  },
}

/** The derivative of the gradient is the slope of the gradient. */
export const gradientOfGradientIsSlope: Law<never> = {
  family: 'gradient of gradient',
  name: 'gradient of the gradient is its slope',
  statement: 'the gradient of the gradient is what the gradient grows by, per step in a direction',
  about: [],
  region: 'typical',
  precision: 'float64',
  experiment: (setting) => {
    const { trial } = setting
    const direction = randomDirection(trial.values, foldIn(trial.key, 3))
    const across = randomDirection(trial.values, foldIn(trial.key, 4))
    return ask({ ...questionOf(trial, 'curvature'), direction }, ({ gradients }) =>
      slopeByDifferences(
        setting,
        direction,
        questionOf(trial, 'gradients'),
        (answer) => along(answer.gradients, across),
        isSlope(
          setting,
          'curvature along two directions',
          along(gradients, across),
          'difference quotient of the gradient',
        ),
      ),
    )
  },
}

/** No gradient flows to an argument: a target, a teacher, what `stopGradient` was put around. */
export const gradientStopsAt = <Name extends string>(argument: Name): Law<Name> => ({
  family: 'stopped gradient',
  name: `no gradient to ${argument}`,
  statement: `the gradient by '${argument}' is 0`,
  about: [argument],
  region: 'extreme',
  precision: 'any',
  experiment: ({ trial, tolerance }) =>
    ask(questionOf(trial, 'gradients'), ({ gradients }) => {
      const gradient = gradients[argument]
      return gradient === undefined
        ? vacuous
        : conclude(
            equalTo(
              { label: `gradient by '${argument}'`, value: gradient },
              { label: 'nothing', value: 0 },
              { ...tolerance, relative: 0 },
            ),
          )
    }),
})
