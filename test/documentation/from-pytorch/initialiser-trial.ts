/** Rows of initialisers: what is compared are the mean and the standard deviation of a weight that they give. */
import * as E from 'fp-ts/lib/Either.js'
import type { TensorValue } from '../../../src/dsl/index.js'
import { parameter, randomKey } from '../../../src/dsl/index.js'
import type { Initialiser } from '../../../src/model/index.js'
import { initialise } from '../../../src/model/index.js'
import type { Row } from './row.js'

const weight = parameter('weight', [100, 200])

const valueBy = (initialiser: Initialiser): TensorValue => {
  const values = initialise(weight, randomKey.keyFromSeed(0), { default: initialiser })
  const value = E.isRight(values) ? values.right['weight'] : undefined
  if (value === undefined) throw new Error('the weight has no first value')
  return value
}

export const initialiserRow = ({
  ours,
  ...row
}: Pick<Row, 'pytorch' | 'jax' | 'note'> & { readonly ours: () => Initialiser }): Row => ({
  ...row,
  ours: () => valueBy(ours()),
  compared: 'distribution',
})
