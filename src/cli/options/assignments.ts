/** Assignments on the command line: `entropy=0.1,divergence=0`. */
import { InvalidArgumentError } from 'commander'
import { unknownName } from './unknown-name.js'

/**
 * Reads assignments separated by commas, each to a known name and each name once. They override `before`.
 */
export const assignments =
  (known: readonly string[]) =>
  (text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
    const given = text.split(',').map((part) => {
      const [name = '', value, ...more] = part.split('=').map((side) => side.trim())
      if (value === undefined || value === '' || more.length > 0) {
        throw new InvalidArgumentError(`'${part.trim()}' is not of the form name=value.`)
      }
      if (!known.includes(name)) {
        throw unknownName(name, known)
      }
      return [name, value] as const
    })
    const twice = given.find(([name], i) => given.findIndex(([other]) => other === name) !== i)
    if (twice !== undefined) throw new InvalidArgumentError(`'${twice[0]}' is given twice.`)
    return { ...before, ...Object.fromEntries(given) }
  }
