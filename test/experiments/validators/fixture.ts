/** What a transcription of the validators in numpy gives for drawn logits. */
import * as t from 'io-ts'
import { numpyFixture } from '../../support/numpy-fixture.js'

const table = t.array(t.array(t.number))

const codec = t.type({
  source: table,
  labels: t.array(t.number),
  target: table,
  /** Of each validator by name; larger is better. */
  scores: t.record(t.string, t.number),
})

export const validatorFixture = numpyFixture(
  'validator-fixture.py',
  codec,
  ...['test', 'experiments', 'validators', 'fixture.json'],
)
