/** Mean squared error, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { meanSquaredError } from '../../../src/losses/index.js'
import { meanSquaredErrorLaws } from '../../../src/laws/declarations/losses/mean-squared-error.js'
import { planted } from '../planted-fault.js'

const { of } = meanSquaredErrorLaws

export const meanSquaredErrorFaults = [
  planted(
    'sum instead of mean',
    'mean of singletons',
    of((prediction, target) => d.sum(d.square(d.sub(prediction, target)))),
  ),
  planted(
    'divided by the batch only',
    'mean of singletons',
    of((prediction, target) => d.mean(d.sum(d.square(d.sub(prediction, target)), 1), 0)),
  ),
  planted(
    'absolute instead of squared',
    'known value',
    of((prediction, target) => d.mean(d.abs(d.sub(prediction, target)))),
  ),
  planted(
    'the square forgotten',
    'not negative',
    of((prediction, target) => d.mean(d.sub(prediction, target))),
  ),
  planted(
    'halved',
    'known value',
    of((prediction, target) => d.mul(meanSquaredError(prediction, target), 0.5)),
  ),
  planted(
    'its root',
    'mean of singletons',
    of((prediction, target) => d.sqrt(d.add(meanSquaredError(prediction, target), 1e-12))),
  ),
  planted(
    'averaged over the batch before squaring',
    'mean of singletons',
    of((prediction, target) => d.mean(d.square(d.mean(d.sub(prediction, target), 0)))),
  ),
  planted(
    'gradient stopped at the target',
    'gradient',
    of((prediction, target) => meanSquaredError(prediction, d.stopGradient(target))),
  ),
  planted(
    'target added instead of subtracted',
    'zero at the optimum',
    of((prediction, target) => d.mean(d.square(d.add(prediction, target)))),
  ),
  planted(
    'relative to the target',
    'symmetric',
    of((prediction, target) =>
      d.mean(d.div(d.square(d.sub(prediction, target)), d.add(d.square(target), 1))),
    ),
  ),
  planted(
    'large errors cut off',
    'convex',
    of((prediction, target) => d.mean(d.minimum(d.square(d.sub(prediction, target)), 10))),
  ),
]
