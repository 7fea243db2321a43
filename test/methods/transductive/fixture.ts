/** What a transcription of the papers in numpy gives for a few images. */
import * as t from 'io-ts'
import { numpyFixture } from '../../support/numpy-fixture.js'

const table = t.array(t.array(t.number))

const codec = t.type({
  scale: t.number,
  /** Features [N,E] of any length. */
  images: table,
  /** Features [K,E] of unit length. */
  texts: table,
  /** The three nearest others of each image, ordered by their numbers. */
  neighbours: t.array(t.array(t.number)),
  /** Scores [N,K]. */
  zlap: table,
  /** The same with k = 2, γ = 2, α = 0.9. */
  zlapFew: table,
  /** Assignments [N,K] after 0, 1, ... 10 estimates of means and covariances. */
  transclip: t.array(table),
  stata: t.array(table),
  /** The same with α = 3 and soft counts. */
  stataSoft: t.array(table),
  /** Logits [N,K] of a witness and of two classifiers, and by how many deviations it prefers the second one. */
  preferences: t.array(t.type({ witness: table, present: table, candidate: table, deviations: t.number })),
  /** Class means [K,E] of a source, and the cosines [N,K] of images with them: as they are, and both without their own mean. */
  means: table,
  plain: table,
  centred: table,
  /** The share of the classes that zero-shot CLIP's predictions are spread over. */
  zeroShotSpread: t.number,
  /** Probabilities [N,K]. */
  alignment: table,
})

export type TransductiveFixture = t.TypeOf<typeof codec>

export const transductiveFixture = numpyFixture(
  'transductive-fixture.py',
  codec,
  ...['test', 'methods', 'transductive', 'fixture.json'],
)
