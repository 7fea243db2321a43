/** Laws about order: of examples, of classes, of positions, of the arguments themselves. */
import { permutation } from '../../values/random-key.js'
import { equalTo } from '../closeness.js'
import { askBoth, conclude } from '../experiment.js'
import type { Law, LawFamily, Setting } from '../law.js'
import { questionOf, replacing, sameOutput } from '../law.js'
import { takeAlong } from '../tensor-values.js'
import type { Trial } from '../trial.js'
import { selectPositions } from '../trial.js'

const permuted = (
  { trial, tensors }: Setting,
  symbol: string,
): { readonly order: readonly number[]; readonly trial: Trial } => {
  const order = permutation(trial.key, trial.sizes[symbol] ?? 0)
  return { order, trial: selectPositions(tensors, trial, symbol, order) }
}

const invariantToOrder = <Name extends string>(
  family: LawFamily,
  symbol: Name,
  name: string,
  statement: string,
): Law<Name> => ({
  family,
  name,
  statement,
  about: [symbol],
  region: 'extreme',
  precision: 'any',
  experiment: (setting) => {
    const { order, trial } = permuted(setting, symbol)
    return sameOutput(setting, `output with '${symbol}' in the order ${order.join(' ')}`, trial)
  },
})

/** A joint permutation of the batch in all arguments changes nothing. */
export const invariantToBatchOrder = <Name extends string>(symbol: Name): Law<Name> =>
  invariantToOrder(
    'order of the batch',
    symbol,
    `order of ${symbol}`,
    `the rows of '${symbol}' in another order, in all arguments alike, give the same output`,
  )

/** Other names for the classes, in logits and labels alike, change nothing. */
export const invariantToRelabelling = <Name extends string>(symbol: Name): Law<Name> =>
  invariantToOrder(
    'relabelling',
    symbol,
    `relabelling of ${symbol}`,
    `the classes '${symbol}' under other numbers, in scores and labels alike, give the same output`,
  )

/**
 * A permutation of a symbol's positions in the arguments permutes the output's axis in the same way: attention
 * without positions, a classifier of rows.
 */
export const equivariantToOrder = <Name extends string>(symbol: Name, outputAxis: number): Law<Name> => ({
  family: 'order of positions',
  name: `equivariant in ${symbol}`,
  statement: `the positions of '${symbol}' in another order give the same output in that order`,
  about: [symbol],
  region: 'extreme',
  precision: 'any',
  experiment: (setting) => {
    const { order, trial } = permuted(setting, symbol)
    return askBoth(questionOf(setting.trial), questionOf(trial), (now, then) =>
      conclude(
        equalTo(
          {
            label: `output, then '${symbol}' in the order ${order.join(' ')}`,
            value: takeAlong(now.output, outputAxis, order),
          },
          { label: 'output of the arguments in that order', value: then.output },
          setting.tolerance,
        ),
      ),
    )
  },
})

/** Two arguments may change places. */
export const symmetric = <Name extends string>(a: Name, b: Name): Law<Name> => ({
  family: 'symmetric',
  name: `symmetric in ${a} and ${b}`,
  statement: `'${a}' and '${b}' may change places`,
  about: [a, b],
  region: 'extreme',
  precision: 'any',
  experiment: (setting) => {
    const { [a]: first, [b]: second } = setting.trial.values
    const exchanged = first === undefined || second === undefined ? {} : { [a]: second, [b]: first }
    return replacing(setting, [a, b], exchanged, (changed) =>
      sameOutput(setting, 'output with the two exchanged', changed),
    )
  },
})
