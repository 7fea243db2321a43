/** Convexity and steepness: laws about two points at once. */
import { foldIn, normal, uniform } from '../../dsl/random-key.js'
import { atMost, equalTo } from '../closeness.js'
import { askAll, askBoth, conclude, vacuous } from '../experiment.js'
import type { Law } from '../law.js'
import { questionOf, withValues } from '../law.js'
import { distance as distanceOf, elementAt, mapElements, realTensor } from '../tensor-values.js'
import type { Trial } from '../trial.js'
import type { TensorValue } from '../../dsl/value.js'

/** Another value of an argument, in a random direction, near or far. */
const another = ({ key }: Trial, value: TensorValue): TensorValue => {
  const draws = normal(foldIn(key, 5), value.data.length)
  const [fraction = 0] = uniform(foldIn(key, 9), 1)
  const distance = 4 * 0.01 ** fraction
  return mapElements(value, (x, i) => x + distance * (draws[i] ?? 0))
}

/** On any segment in an argument the output lies below the chord, the other arguments fixed. */
export const convexIn = <Name extends string>(argument: Name): Law<Name> => ({
  family: 'convex',
  name: `convex in ${argument}`,
  statement: `between two values of '${argument}' the output is at most the mean of the two outputs, weighted alike`,
  about: [argument],
  region: 'typical',
  precision: 'any',
  experiment: ({ trial, tolerance }) => {
    const first = trial.values[argument]
    if (first === undefined) return vacuous
    const second = another(trial, first)
    const [weight = 0] = uniform(foldIn(trial.key, 6), 1)
    const between = mapElements(first, (x, i) => (1 - weight) * x + weight * elementAt(second, i))
    const questions = [first, second, between].map((value) =>
      questionOf(withValues(trial, { [argument]: value })),
    )
    return askAll(questions, (answers) => {
      const [f0 = 0, f1 = 0, inside = 0] = answers.map(({ objective }) => objective)
      return conclude(
        atMost(
          { label: `output ${weight.toFixed(3)} of the way`, value: inside },
          { label: 'chord', value: (1 - weight) * f0 + weight * f1 },
          tolerance,
        ),
      )
    })
  },
})

/** Outputs are at most `constant` times as far apart as the values of an argument, in Euclidean distance. */
export const lipschitzIn = <Name extends string>(argument: Name, constant = 1): Law<Name> => ({
  family: 'Lipschitz',
  name: `${constant}-Lipschitz in ${argument}`,
  statement: `two values of '${argument}' give outputs at most ${constant} times as far apart as they are`,
  about: [argument],
  region: 'typical',
  precision: 'any',
  experiment: ({ trial, tolerance }) => {
    const first = trial.values[argument]
    if (first === undefined) return vacuous
    const second = another(trial, first)
    return askBoth(questionOf(trial), questionOf(withValues(trial, { [argument]: second })), (now, then) =>
      conclude(
        atMost(
          { label: 'distance of the outputs', value: distanceOf(now.output, then.output) },
          { label: `${constant} × distance of the values`, value: constant * distanceOf(first, second) },
          tolerance,
        ),
      ),
    )
  },
})

/** f(x) + f(y) = f(x + y) + f(0): linear up to a constant. */
export const affineIn = <Name extends string>(argument: Name): Law<Name> => ({
  family: 'affine',
  name: `affine in ${argument}`,
  statement: `f(x) + f(y) = f(x + y) + f(0) in '${argument}'`,
  about: [argument],
  region: 'typical',
  precision: 'any',
  experiment: ({ trial, tolerance }) => {
    const x = trial.values[argument]
    if (x === undefined) return vacuous
    const y = another(trial, x)
    const points = [x, y, mapElements(x, (element, i) => element + elementAt(y, i)), mapElements(x, () => 0)]
    return askAll(
      points.map((value) => questionOf(withValues(trial, { [argument]: value }))),
      (answers) => {
        const [fx, fy, sum, zero] = answers.map(({ output }) => output)
        if (fx === undefined || fy === undefined || sum === undefined || zero === undefined) return vacuous
        const added = (a: TensorValue, b: TensorValue): TensorValue =>
          realTensor(a.shape, (i) => elementAt(a, i) + elementAt(b, i))
        return conclude(
          equalTo(
            { label: 'f(x) + f(y)', value: added(fx, fy) },
            { label: 'f(x + y) + f(0)', value: added(sum, zero) },
            tolerance,
          ),
        )
      },
    )
  },
})
