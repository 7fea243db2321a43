/** Laws about changes of an argument that change nothing: shifts, scalings, and whatever a declaration says. */
import type { NamedValues } from '../../values/named-values.js'
import { foldIn, normal } from '../../values/random-key.js'
import type { TensorValue } from '../../values/value.js'
import { elementCount } from '../../values/value.js'
import type { Law, Replacements } from '../law.js'
import { replacing, sameOutput } from '../law.js'
import { mapElements, rowAlong } from '../tensor-values.js'
import type { Trial } from '../trial.js'

/** A change of arguments that must not change the output. */
export interface Change<Names extends string> {
  /** Goes on from 'the output is the same': `with other tokens after the end`. */
  readonly words: string
  readonly of: readonly Names[]
  readonly values: (trial: Trial) => Replacements
}

/** The output is the same after a change of the arguments. */
export const unchanged = <const Names extends string>({ words, of, values }: Change<Names>): Law<Names> => ({
  family: 'unchanged',
  name: `the same ${words}`,
  statement: `the output is the same ${words}`,
  about: of,
  region: 'extreme',
  precision: 'any',
  experiment: (setting) =>
    replacing(setting, of, values(setting.trial), (changed) =>
      sameOutput(setting, `output ${words}`, changed),
    ),
})

/** Changes each row of an argument along an axis by its own random number. */
const changeRows = (
  trial: Trial,
  argument: string,
  axis: number,
  change: (element: number, random: number) => number,
): NamedValues => {
  const value: TensorValue | undefined = trial.values[argument]
  if (value === undefined) return {}
  const along = axis < 0 ? axis + value.shape.length : axis
  const row = rowAlong(value.shape, along)
  const rows = elementCount(value.shape) / Math.max(value.shape[along] ?? 1, 1)
  const amounts = normal(foldIn(trial.key, 1), Math.max(rows, 0))
  return { [argument]: mapElements(value, (element, flat) => change(element, amounts[row(flat)] ?? 0)) }
}

/**
 * One number added to all elements of a row changes nothing: what softmax does to logits. A row runs along `axis`, the
 * last one where nothing is said.
 */
export const shiftInvariant = <Name extends string>(argument: Name, axis = -1): Law<Name> => ({
  ...unchanged({
    words: `with a number added to each row of '${argument}'`,
    of: [argument],
    values: (trial) => changeRows(trial, argument, axis, (x, amount) => x + 3 * amount),
  }),
  family: 'shift',
  name: `shift-invariant in ${argument}`,
})

/** A positive factor on each row changes nothing: what a cosine does to lengths. */
export const scaleInvariant = <Name extends string>(argument: Name, axis = -1): Law<Name> => ({
  ...unchanged({
    words: `with each row of '${argument}' times a positive number`,
    of: [argument],
    values: (trial) => changeRows(trial, argument, axis, (x, amount) => x * Math.exp(amount)),
  }),
  family: 'positive scaling',
  name: `scale-invariant in ${argument}`,
})
