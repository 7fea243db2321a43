/** Connectionist temporal classification, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { ctcLossLaws, ctcLossOfRowsLaws } from '../../../src/laws/declarations/losses/ctc-loss.js'
import { ctcLoss, ctcLossOfRows } from '../../../src/losses/index.js'
import { planted } from '../planted-fault.js'

const { of } = ctcLossLaws

export const ctcLossFaults = [
  planted(
    'the sign is lost',
    'not negative',
    of((logits, labels, logitLengths, labelLengths) =>
      d.neg(ctcLoss(logits, labels, { logitLengths, labelLengths })),
    ),
  ),
  planted(
    'padded steps are read',
    'unchanged',
    of((logits, labels, _, labelLengths) => ctcLoss(logits, labels, { labelLengths })),
  ),
  planted(
    'padded labels are read',
    'unchanged',
    of((logits, labels, logitLengths) => ctcLoss(logits, labels, { logitLengths })),
  ),
  planted(
    'another class is the blank',
    'zero at the optimum',
    of((logits, labels, logitLengths, labelLengths) =>
      ctcLoss(logits, labels, { logitLengths, labelLengths, blank: 1 }),
    ),
  ),
  planted(
    'labels off by one',
    'zero at the optimum',
    of((logits, labels, logitLengths, labelLengths) =>
      ctcLoss(logits, d.sub(labels, 1), { logitLengths, labelLengths }),
    ),
  ),
  planted(
    'not divided by the number of labels',
    'formula',
    of((logits, labels, logitLengths, labelLengths) =>
      d.mean(ctcLossOfRows(logits, labels, { logitLengths, labelLengths }), 0),
    ),
  ),
  planted(
    'sum over the batch instead of mean',
    'mean of singletons',
    of((logits, labels, logitLengths, labelLengths) =>
      d.sum(
        d.div(
          ctcLossOfRows(logits, labels, { logitLengths, labelLengths }),
          d.cast(d.maximum(labelLengths, 1), 'f32'),
        ),
        0,
      ),
    ),
  ),
  planted(
    'divided by the number of labels of the whole batch',
    'mean of singletons',
    of((logits, labels, logitLengths, labelLengths) =>
      d.div(
        d.sum(ctcLossOfRows(logits, labels, { logitLengths, labelLengths }), 0),
        d.cast(d.maximum(d.sum(labelLengths, 0), 1), 'f32'),
      ),
    ),
  ),
  planted(
    'softmax over the steps',
    'shift',
    of((logits, labels, logitLengths, labelLengths) =>
      ctcLoss(d.logSoftmax(logits, 1), labels, { logitLengths, labelLengths }),
    ),
  ),
  planted(
    'logits divided by a temperature',
    'formula',
    of((logits, labels, logitLengths, labelLengths) =>
      ctcLoss(d.div(logits, 2), labels, { logitLengths, labelLengths }),
    ),
  ),
  planted(
    'logarithm of softmax: underflows',
    'finite',
    of((logits, labels, logitLengths, labelLengths) =>
      d.neg(d.log(d.exp(d.neg(ctcLoss(logits, labels, { logitLengths, labelLengths }))))),
    ),
  ),
  planted(
    'repeated labels need no blank between them',
    'formula',
    of((logits, labels, logitLengths, labelLengths) => {
      // Classes in a row that are equal are told apart by copies of the logits, one for even and one for odd places.
      const classes = d.axis(logits, 2)
      const odd = d.mod(d.iota([d.axis(labels, 0), d.axis(labels, 1)], 1), 2)
      const count = d.sum(d.full([classes], 1, 'i32'), 0)
      const separate = d.add(labels, d.mul(odd, count))
      return ctcLoss(d.concat([logits, logits], 2), separate, { logitLengths, labelLengths })
    }),
  ),
  planted(
    'gradient stopped at the logits',
    'gradient',
    of((logits, labels, logitLengths, labelLengths) =>
      ctcLoss(d.stopGradient(logits), labels, { logitLengths, labelLengths }),
    ),
  ),
  planted(
    'rows weighted by their place in the batch',
    'order of the batch',
    of((logits, labels, logitLengths, labelLengths) =>
      d.mean(
        d.mul(
          ctcLossOfRows(logits, labels, { logitLengths, labelLengths }),
          d.cast(d.iota([d.axis(logits, 0)], 0), 'f32'),
        ),
        0,
      ),
    ),
  ),
  planted(
    'rows: the loss minus its mean over the batch',
    'rows independent',
    ctcLossOfRowsLaws.of((logits, labels, logitLengths, labelLengths) => {
      const rows = ctcLossOfRows(logits, labels, { logitLengths, labelLengths })
      return d.sub(rows, d.mean(rows, 0))
    }),
  ),
  planted(
    'rows: all of the length of the longest',
    'rows independent',
    ctcLossOfRowsLaws.of((logits, labels, logitLengths, labelLengths) => {
      const longest = d.broadcastTo(d.max(logitLengths, 0), [d.axis(logits, 0)])
      return ctcLossOfRows(logits, labels, { logitLengths: longest, labelLengths })
    }),
  ),
]
