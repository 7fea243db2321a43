/** Accuracy, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { accuracy } from '../../../src/losses/index.js'
import { accuracyLaws } from '../../../src/laws/declarations/losses/accuracy.js'
import { planted } from '../planted-fault.js'

const { of } = accuracyLaws

export const accuracyFaults = [
  planted(
    'the number of right rows, not their share',
    'bounded',
    of((logits, labels) => d.sum(d.cast(d.equal(d.argMax(logits, -1), labels), 'f32'), 0)),
  ),
  planted(
    'the smallest logit in place of the largest',
    'known value',
    of((logits, labels) => accuracy(d.neg(logits), labels)),
  ),
  planted(
    'the share of rows that are wrong',
    'known value',
    of((logits, labels) => d.sub(1, accuracy(logits, labels))),
  ),
  planted(
    'the probability of the label in place of a count',
    'known value',
    of((logits, labels) => d.mean(d.takeElement(d.softmax(logits, -1), labels), 0)),
  ),
  planted(
    'in percent',
    'bounded',
    of((logits, labels) => d.mul(accuracy(logits, labels), 100)),
  ),
  planted(
    'the largest absolute logit',
    'shift',
    of((logits, labels) => accuracy(d.abs(logits), labels)),
  ),
]
