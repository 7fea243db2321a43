/** The codec of probabilities in configurations. */
import { fromZeroToOne } from '../setting.js'
import { numberIn } from './number-in.js'

/** A number between 0 and 1, as a plain `number`. */
export const probability = numberIn({ ...fromZeroToOne, words: 'a number between 0 and 1' })
