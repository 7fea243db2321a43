/** What a program reads, of more values than it takes. */
import * as R from 'fp-ts/lib/Record.js'
import type { Program } from '../program.js'
import type { NamedValues } from './named-values.js'

type Leaf = (Program['inputs'] | Program['parameters'])[number]

const named = (leaves: readonly Leaf[], values: NamedValues): NamedValues => {
  const names = new Set(leaves.map(({ attributes }) => attributes.name))
  return R.filterWithIndex((name: string) => names.has(name))(values)
}

/** Of some values those that a program reads. */
export const readBy = ({ inputs }: Program, values: NamedValues): NamedValues => named(inputs, values)

/** Of some values those that a program has parameters for. */
export const weightsReadBy = ({ parameters }: Program, values: NamedValues): NamedValues =>
  named(parameters, values)
