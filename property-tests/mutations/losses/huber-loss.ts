/** The Huber loss, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { huberLossLaws } from '../../../src/laws/declarations/losses/huber-loss.js'
import { huberLoss, meanSquaredError } from '../../../src/losses/index.js'
import { planted } from '../planted-fault.js'

const { of } = huberLossLaws
const delta = 1.5

/** The mean of a near and a far form of the error, by which of the two it is. */
const inParts = (
  near: (size: d.Tensor<['B', 'D']>) => d.Tensor<['B', 'D']>,
  far: (size: d.Tensor<['B', 'D']>) => d.Tensor<['B', 'D']>,
) =>
  of((prediction, target) => {
    const size = d.abs(d.sub(prediction, target))
    return d.mean(d.where(d.lessEqual(size, delta), near(size), far(size)))
  })

const half = (size: d.Tensor<['B', 'D']>): d.Tensor<['B', 'D']> => d.mul(d.square(size), 0.5)

export const huberLossFaults = [
  planted(
    'the half forgotten',
    'known value',
    inParts(
      (size) => d.square(size),
      (size) => d.mul(d.sub(size, delta / 2), delta),
    ),
  ),
  planted(
    'large errors not moved: a jump at delta',
    'known value',
    inParts(half, (size) => d.mul(size, delta)),
  ),
  planted(
    'squared everywhere',
    'Lipschitz',
    of((prediction, target) => d.mul(meanSquaredError(prediction, target), 0.5)),
  ),
  planted(
    'smooth L1: divided by delta',
    'known value',
    of((prediction, target) => d.div(huberLoss(prediction, target, { delta }), delta)),
  ),
  planted(
    'a delta of 1',
    'known value',
    of((prediction, target) => huberLoss(prediction, target)),
  ),
  planted(
    'large errors cut off',
    'convex',
    inParts(half, (size) => d.full([d.axis(size, 0), d.axis(size, 1)], (delta * delta) / 2)),
  ),
  planted(
    'absolute errors everywhere',
    'known value',
    of((prediction, target) => d.mean(d.abs(d.sub(prediction, target)))),
  ),
  planted(
    'errors of one sign only',
    'symmetric',
    of((prediction, target) => huberLoss(d.maximum(prediction, target), target, { delta })),
  ),
  planted(
    'sum instead of mean',
    'mean of singletons',
    of((prediction, target) => d.mul(huberLoss(prediction, target, { delta }), d.count(prediction))),
  ),
  planted(
    'gradient stopped at the target',
    'gradient',
    of((prediction, target) => huberLoss(prediction, d.stopGradient(target), { delta })),
  ),
  planted(
    'gradient stopped at the clipped error: the slope is right, the curvature 0',
    'gradient of gradient',
    of((prediction, target) => {
      const error = d.sub(prediction, target)
      const near = d.stopGradient(d.clip(error, { min: -delta, max: delta }))
      return d.mean(d.mul(near, d.sub(error, d.mul(near, 0.5))))
    }),
  ),
  planted(
    'target added instead of subtracted',
    'zero at the optimum',
    of((prediction, target) => huberLoss(prediction, d.neg(target), { delta })),
  ),
]
