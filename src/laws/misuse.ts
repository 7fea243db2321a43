/** Laws that are stated wrongly: they give a function what it does not take. Then nothing is said about the function. */
import { showShape } from '../shapes/dim.js'
import type { TensorValue } from '../values/value.js'
import type { AnyTensorArgument } from './argument.js'
import { sizesOfShape } from './argument.js'
import type { Question } from './experiment.js'
import type { Trial } from './trial.js'

const showType = ({ dtype, shape }: Pick<TensorValue, 'dtype' | 'shape'>): string =>
  `${dtype === 'f32' ? '' : `${dtype} `}${showShape(shape)}`

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ')

/** What is wrong with the values that a law gives in place of those of a trial; undefined if nothing is. */
export const replacementProblem = (
  { values }: Trial,
  replacements: Readonly<Record<string, TensorValue | undefined>>,
): string | undefined => {
  const entries = Object.entries(replacements)
  const strange = entries.find(([name]) => !Object.hasOwn(values, name))
  if (strange !== undefined) {
    return `it gives a value for '${strange[0]}', which is no argument; there are ${quoted(Object.keys(values))}`
  }
  const missing = entries.find(([, value]) => value === undefined)
  return missing && `the value that it gives for '${missing[0]}' is undefined: check the names that it reads`
}

/** What is wrong with the values of a question, as arguments of the function; undefined if nothing is. */
export const questionProblem = (
  tensors: readonly AnyTensorArgument[],
  { sizes, values }: Question,
): string | undefined => {
  for (const { name, shape, dtype } of tensors) {
    const value = values[name]
    const declared = { dtype, shape: sizesOfShape(shape, sizes) }
    if (value === undefined || showType(value) === showType(declared)) continue
    return `it gives '${name}' ${showType(value)}, but it is declared ${showShape(shape)}, here ${showType(declared)}`
  }
  return undefined
}

/** That a changed trial is the trial itself: the law names a symbol, or nothing, where it should name an argument. */
export const isUnchanged = (trial: Trial, changed: Trial): boolean =>
  Object.entries(trial.values).every(([name, value]) => changed.values[name] === value) &&
  Object.entries(trial.sizes).every(([symbol, size]) => changed.sizes[symbol] === size)
