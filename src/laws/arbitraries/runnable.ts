/** A program with all that it needs to run, which a failed property shows as a listing. */
import * as fc from 'fast-check'
import type { Sizes } from '../../shapes/dim.js'
import { showShape } from '../../shapes/dim.js'
import type { NamedValues } from '../../values/named-values.js'
import { showName, toText } from '../../dsl/documents/print-text.js'
import type { Program } from '../../dsl/program.js'

/** A program, values for its leaves, and sizes of all symbols, those too that no leaf has. */
export interface Runnable<Outputs extends string = string> {
  readonly program: Program<string, Outputs>
  readonly values: NamedValues
  readonly sizes: Sizes
}

const listing = ({ program, values, sizes }: Runnable): string =>
  [
    '',
    toText(program),
    'sizes',
    ...Object.entries(sizes).map(([symbol, size]) => `  ${symbol} = ${size}`),
    'values',
    ...Object.entries(values).map(
      ([name, { shape, data }]) => `  ${showName(name)} : ${showShape(shape)} = [${[...data].join(', ')}]`,
    ),
    '',
  ].join('\n')

/** The same, printed by fast-check as a listing. */
export const readable = <R extends Runnable>(runnable: R): R => ({
  ...runnable,
  [fc.toStringMethod]: () => listing(runnable),
})
