/** The part of some named values that a program reads. */
import * as R from '../values/record.js'
import type { Program } from './program.js'
import type { NamedValues } from '../values/named-values.js'

type Leaf = (Program['inputs'] | Program['parameters'])[number]

const named = (leaves: readonly Leaf[], values: NamedValues): NamedValues => {
  const names = new Set(leaves.map(({ attributes }) => attributes.name))
  return R.filterWithIndex((name: string) => names.has(name))(values)
}

/** The values that are inputs of a program; others are left out. */
export const readBy = ({ inputs }: Program, values: NamedValues): NamedValues => named(inputs, values)

/** The values that are parameters of a program; others are left out. */
export const weightsReadBy = ({ parameters }: Program, values: NamedValues): NamedValues =>
  named(parameters, values)
