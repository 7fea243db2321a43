/** Validators: scores of a classifier that read no label of the target, to choose one of several by. Larger is better. */
import { keysOf } from '../../dsl/documents/literals.js'
import { classAmi } from './class-ami.js'
import { informationOf, negativeEntropy, sourceAccuracy } from './confidence.js'
import { negativeEmbeddedRisk } from './deep-embedded-validation.js'
import { neighborhoodDensity } from './neighborhood-density.js'
import { nuclearNorm } from './nuclear-norm.js'
import type { Rows } from './rows.js'

/** All that a validator may see: logits of either domain, and labels of the source. */
export interface ValidatedLogits {
  readonly source: { readonly logits: Rows; readonly labels: readonly number[] }
  readonly target: Rows
}

export interface Validator {
  readonly title: string
  /** Who proposed it. */
  readonly reference: string
  readonly score: (logits: ValidatedLogits) => number
}

const all = {
  'source-accuracy': {
    title: 'accuracy on the source',
    reference: 'Musgrave et al. 2022',
    score: ({ source }: ValidatedLogits) => sourceAccuracy(source.logits, source.labels),
  },
  entropy: {
    title: 'minus the entropy',
    reference: 'Morerio et al. 2018',
    score: ({ target }: ValidatedLogits) => negativeEntropy(target),
  },
  'mutual-information': {
    title: 'mutual information',
    reference: 'Krause et al. 2010',
    score: ({ target }: ValidatedLogits) => informationOf(target),
  },
  snd: {
    title: 'soft neighborhood density',
    reference: 'Saito et al. 2021',
    score: ({ target }: ValidatedLogits) => neighborhoodDensity(target),
  },
  bnm: {
    title: 'nuclear norm',
    reference: 'Cui et al. 2020',
    score: ({ target }: ValidatedLogits) => nuclearNorm(target),
  },
  dev: {
    title: 'minus the embedded risk',
    reference: 'You et al. 2019',
    score: ({ source, target }: ValidatedLogits) => negativeEmbeddedRisk(source, target),
  },
  'class-ami': {
    title: 'class AMI',
    reference: 'Musgrave et al. 2022',
    score: ({ target }: ValidatedLogits) => classAmi(target),
  },
}

export type ValidatorName = keyof typeof all
export const validatorNames = keysOf(all)

/**
 * The validators by name.
 *
 * @example
 * const score = validators['mutual-information'].score({ source: { logits: [], labels: [] }, target: [[2, 0], [0, 2]] })
 */
export const validators: { readonly [N in ValidatorName]: Validator } = all
