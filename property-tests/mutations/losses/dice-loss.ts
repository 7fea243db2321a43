/** The Dice loss, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { diceLossLaws, squaredDiceLossLaws } from '../../../src/laws/declarations/losses/dice-loss.js'
import { diceLoss } from '../../../src/losses/index.js'
import { planted } from '../planted-fault.js'

const { of } = diceLossLaws
const { of: squared } = squaredDiceLossLaws
const smooth = 0.5

/** One minus an overlap, by choices that may go wrong; of each row, or of all rows together. */
const overlap = (ratio: (overlap: d.Tensor<['B']>, sizes: d.Tensor<['B']>) => d.Tensor<['B']>) =>
  of((probabilities, targets) =>
    d.sub(
      1,
      d.mean(ratio(d.sum(d.mul(probabilities, targets), 1), d.sum(d.add(probabilities, targets), 1)), 0),
    ),
  )

export const diceLossFaults = [
  planted(
    'the two forgotten',
    'zero at the optimum',
    overlap((both, sizes) => d.div(d.add(both, smooth), d.add(sizes, smooth))),
  ),
  planted(
    'the overlap itself, not one minus it',
    'zero at the optimum',
    of((probabilities, targets) => d.sub(1, diceLoss(probabilities, targets, { smooth }))),
  ),
  planted(
    'smooth in the denominator only',
    'zero at the optimum',
    overlap((both, sizes) => d.div(d.mul(both, 2), d.add(sizes, smooth))),
  ),
  planted(
    'without smooth: no foreground is 0 / 0',
    'finite',
    overlap((both, sizes) => d.div(d.mul(both, 2), sizes)),
  ),
  planted(
    'a smooth of 1',
    'known value',
    of((probabilities, targets) => diceLoss(probabilities, targets)),
  ),
  planted(
    'the union in the place of the sizes (Jaccard)',
    'formula',
    overlap((both, sizes) => d.div(d.add(both, smooth), d.add(d.sub(sizes, both), smooth))),
  ),
  planted(
    'one overlap of the whole batch',
    'mean of singletons',
    of((probabilities, targets) => {
      const both = d.sum(d.mul(probabilities, targets))
      const sizes = d.add(d.sum(probabilities), d.sum(targets))
      return d.sub(1, d.div(d.add(d.mul(both, 2), smooth), d.add(sizes, smooth)))
    }),
  ),
  planted(
    'the size of the target twice',
    'symmetric',
    of((probabilities, targets) => {
      const both = d.mul(d.sum(d.mul(probabilities, targets), 1), 2)
      return d.sub(1, d.mean(d.div(d.add(both, smooth), d.add(d.mul(d.sum(targets, 1), 2), smooth)), 0))
    }),
  ),
  planted(
    'element by element, then the mean',
    'formula',
    of((probabilities, targets) => {
      const sizes = d.add(d.add(probabilities, targets), smooth)
      return d.sub(1, d.mean(d.div(d.add(d.mul(d.mul(probabilities, targets), 2), smooth), sizes)))
    }),
  ),
  planted(
    'probabilities without a gradient',
    'gradient',
    of((probabilities, targets) => diceLoss(d.stopGradient(probabilities), targets, { smooth })),
  ),
  planted(
    'gradient stopped at the sizes',
    'gradient',
    overlap((both, sizes) => d.div(d.add(d.mul(both, 2), smooth), d.add(d.stopGradient(sizes), smooth))),
  ),
  planted(
    'sizes not squared',
    'zero at the optimum',
    squared((probabilities, targets) => diceLoss(probabilities, targets, { smooth })),
  ),
  planted(
    'the square of the sizes in the place of squares',
    'formula',
    squared((probabilities, targets) => {
      const both = d.add(d.mul(d.sum(d.mul(probabilities, targets), 1), 2), smooth)
      const sizes = d.add(d.square(d.sum(probabilities, 1)), d.square(d.sum(targets, 1)))
      return d.sub(1, d.mean(d.div(both, d.add(sizes, smooth)), 0))
    }),
  ),
]
