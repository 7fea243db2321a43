/** Convexity and steepness: laws about two points at once. */
import { foldIn, normal, uniform } from '../../values/random-key.js'
import { atMost, equalTo } from '../closeness.js'
import type { Answer, Experiment } from '../experiment.js'
import { ask, conclude, vacuous } from '../experiment.js'
import type { Law, Setting } from '../law.js'
import { questionOf, withValues } from '../law.js'
import { distance, elementAt, mapElements } from '../tensor-values.js'
import type { Trial } from '../trial.js'
import type { TensorValue } from '../../values/value.js'

/** Another value of an argument, in a random direction, near or far. */
const another = ({ key }: Trial, value: TensorValue): TensorValue => {
  const draws = normal(foldIn(key, 5), value.data.length)
  const [fraction = 0] = uniform(foldIn(key, 9), 1)
  const size = 4 * 0.01 ** fraction
  return mapElements(value, (x, i) => x + size * (draws[i] ?? 0))
}

/** Asks for the answer at a value of the argument, then goes on. */
type AnswerAt = (value: TensorValue, next: (answer: Answer) => Experiment) => Experiment

/** An experiment with an argument's value, x, and another, y. */
const twoValues =
  (
    argument: string,
    experiment: (at: AnswerAt, x: TensorValue, y: TensorValue, setting: Setting) => Experiment,
  ): Law['experiment'] =>
  (setting) => {
    const { trial } = setting
    const x = trial.values[argument]
    const at: AnswerAt = (value, next) => ask(questionOf(withValues(setting, { [argument]: value })), next)
    return x === undefined ? vacuous : experiment(at, x, another(trial, x), setting)
  }

const combined = (x: TensorValue, y: TensorValue, ofX: number, ofY: number): TensorValue =>
  mapElements(x, (element, i) => ofX * element + ofY * elementAt(y, i))

const sum = (x: TensorValue, y: TensorValue): TensorValue => combined(x, y, 1, 1)

/** On any segment in an argument the output lies below the chord, the other arguments fixed. */
export const convexIn = <Name extends string>(argument: Name): Law<Name> => ({
  family: 'convex',
  name: `convex in ${argument}`,
  statement: `between two values of '${argument}' the output is at most the mean of the two outputs, weighted alike`,
  about: [argument],
  region: 'typical',
  precision: 'any',
  experiment: twoValues(argument, (at, x, y, { trial, tolerance }) => {
    const [weight = 0] = uniform(foldIn(trial.key, 6), 1)
    return at(x, (first) =>
      at(y, (second) =>
        at(combined(x, y, 1 - weight, weight), (inside) =>
          conclude(
            atMost(
              { label: `output ${weight.toFixed(3)} of the way`, value: inside.objective },
              { label: 'chord', value: (1 - weight) * first.objective + weight * second.objective },
              tolerance,
            ),
          ),
        ),
      ),
    )
  }),
})

/** Outputs are at most `constant` times as far apart as the values of an argument, in Euclidean distance. */
export const lipschitzIn = <Name extends string>(argument: Name, constant = 1): Law<Name> => ({
  family: 'Lipschitz',
  name: `${constant}-Lipschitz in ${argument}`,
  statement: `two values of '${argument}' give outputs at most ${constant} times as far apart as they are`,
  about: [argument],
  region: 'typical',
  precision: 'any',
  experiment: twoValues(argument, (at, x, y, { tolerance }) =>
    at(x, (first) =>
      at(y, (second) =>
        conclude(
          atMost(
            { label: 'distance of the outputs', value: distance(first.output, second.output) },
            { label: `${constant} × distance of the values`, value: constant * distance(x, y) },
            tolerance,
          ),
        ),
      ),
    ),
  ),
})

/** f(x) + f(y) = f(x + y) + f(0): linear up to a constant. */
export const affineIn = <Name extends string>(argument: Name): Law<Name> => ({
  family: 'affine',
  name: `affine in ${argument}`,
  statement: `f(x) + f(y) = f(x + y) + f(0) in '${argument}'`,
  about: [argument],
  region: 'typical',
  precision: 'any',
  experiment: twoValues(argument, (at, x, y, { tolerance }) =>
    at(x, (ofX) =>
      at(y, (ofY) =>
        at(sum(x, y), (ofSum) =>
          at(combined(x, y, 0, 0), (ofZero) =>
            conclude(
              equalTo(
                { label: 'f(x) + f(y)', value: sum(ofX.output, ofY.output) },
                { label: 'f(x + y) + f(0)', value: sum(ofSum.output, ofZero.output) },
                tolerance,
              ),
            ),
          ),
        ),
      ),
    ),
  ),
})
