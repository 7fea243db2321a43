/** A value of an option that is none of the names that it may be. */
import { InvalidArgumentError } from 'commander'
import { nearest } from '../../values/nearest.js'

/** The refusal of a name, with the known ones, and the nearest of them if one is near. */
export const unknownName = (name: string, known: readonly string[]): InvalidArgumentError => {
  const near = nearest(name, known)
  const meant = near === undefined ? '' : ` Is '${near}' meant?`
  return new InvalidArgumentError(`'${name}' is none of ${known.join(', ')}.${meant}`)
}
