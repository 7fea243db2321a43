/** All that a report shows, as plain data: the input of the page. */
import type { Accuracy } from '../experiments/accuracy.js'
import type { Predictions } from '../experiments/evaluation/classified-images.js'

/** One loss term over the steps of training. */
export interface LearningCurve {
  readonly name: string
  readonly points: readonly { readonly step: number; readonly value: number }[]
}

export type DomainRole = 'source' | 'target'

/** An image's place in a projection; `label` is the position of its class. */
export interface ProjectedImage {
  readonly x: number
  readonly y: number
  readonly role: DomainRole
  readonly label: number
}

/** The same images before and after, in one plane. */
export interface Projection {
  readonly before: readonly ProjectedImage[]
  readonly after: readonly ProjectedImage[]
}

/** A class, and how sure a classifier is of it. */
export interface Guess {
  readonly label: number
  readonly probability: number
}

/** An image of the target, with the guesses of both classifiers. */
export interface GalleryImage {
  /** A `data:` URL. */
  readonly source: string
  readonly name: string
  readonly label: number
  readonly before: Guess
  readonly after: Guess
}

export const outcomes = ['corrected', 'lost', 'right', 'wrong'] as const
/** How adaptation changed the guess for one image. */
export type Outcome = (typeof outcomes)[number]

/** The outcome of an image, from its label and its guesses before and after. */
export const outcomeOf = (
  label: number,
  before: Pick<Guess, 'label'>,
  after: Pick<Guess, 'label'>,
): Outcome => {
  if (after.label === label) return before.label === label ? 'right' : 'corrected'
  return before.label === label ? 'lost' : 'wrong'
}

/** A name and what it stands for, as it is shown. */
export type Entry = readonly [name: string, value: string]

export interface RunReport {
  readonly source: string
  readonly target: string
  readonly method: string
  /** Which of the settings were chosen by looking at labels of a target, where any were. */
  readonly chosenOnLabels: string | undefined
  /** What must be said before the figures are read. */
  readonly warnings: readonly string[]
  readonly seed: number
  readonly classes: readonly string[]
  readonly before: Accuracy
  readonly after: Accuracy
  readonly curves: readonly LearningCurve[]
  /** Absent where there are too few images to place. */
  readonly projection: Projection | undefined
  readonly gallery: readonly GalleryImage[]
  /** Logits of every image that was classified. */
  readonly predictions: Predictions
  readonly cost: readonly Entry[]
  readonly configuration: readonly Entry[]
  readonly producer: string
}
