/** Data sets of arrays in memory, and their batches as a pure function of the number of the step. */
import * as E from 'fp-ts/lib/Either.js'
import type { RandomKey } from '../values/random-key.js'
import { foldIn, permutation } from '../values/random-key.js'
import type { NamedValues } from '../values/named-values.js'
import { pickNamedRows } from '../values/rows.js'
import type { Failure } from '../effects/failure.js'

/** The values of a step: steps count from 0, and the same number gives the same batch. */
export interface Batches {
  (step: number): E.Either<Failure, NamedValues>
  /** How many batches go through the data once. */
  readonly perEpoch: number
  /**
   * The same batches with further values, which may depend on the step: a key for noise, a temperature. They replace arrays
   * of the same name.
   *
   * @example
   * const data = dataset({ x: tensor.f32([[0, 1], [1, 0]]) })
   * const noise = randomKey.keyFromSeed(0)
   * const batches = data.batches(2).with((step) => ({ key: tensor.key(randomKey.foldIn(noise, step)) }))
   */
  readonly with: (values: (step: number) => NamedValues) => Batches
}

const batchesOf = (batch: (step: number) => E.Either<Failure, NamedValues>, perEpoch: number): Batches =>
  Object.assign((step: number) => batch(step), {
    perEpoch,
    with: (values: (step: number) => NamedValues): Batches =>
      batchesOf(
        (step) => E.map((arrays: NamedValues) => ({ ...arrays, ...values(step) }))(batch(step)),
        perEpoch,
      ),
  })

export interface BatchOptions {
  /** What happens to the rows that are left at the end of an epoch and do not fill a batch; they are kept by default. */
  readonly last?: 'keep' | 'drop'
}

/** Arrays of as many rows as each other, each row an example. */
export interface ArrayDataset {
  readonly arrays: NamedValues
  /** The rows of the first array. */
  readonly rows: number
  /** The same examples, in another random order in each epoch. */
  readonly shuffled: (key: RandomKey) => ArrayDataset
  /**
   * Batches of `size` rows, epoch after epoch; the last of an epoch has fewer where rows are left.
   *
   * A batch fails with `ShapeMismatch` where the arrays differ in their number of rows, and with `InvalidSetting` where
   * `size` is not a whole number from 1, or no batch can be filled.
   */
  readonly batches: (size: number, options?: BatchOptions) => Batches
}

/** The order of the examples in an epoch. */
type Order = (epoch: number) => readonly number[]

/** The same function, which remembers its last result: the steps of an epoch ask for one order. */
const remembering = (order: Order): Order => {
  let last: { readonly epoch: number; readonly rows: readonly number[] } | undefined
  return (epoch) => {
    if (last?.epoch !== epoch) last = { epoch, rows: order(epoch) }
    return last.rows
  }
}

const rowsOf = ({ shape }: NamedValues[string]): number => shape[0] ?? 0

const checkRows = (arrays: NamedValues, rows: number): E.Either<Failure, void> => {
  const [first = ''] = Object.keys(arrays)
  const other = Object.entries(arrays).find(([, value]) => value.shape.length === 0 || rowsOf(value) !== rows)
  return other === undefined
    ? E.right(undefined)
    : E.left({
        tag: 'ShapeMismatch',
        name: other[0],
        where: 'dataset',
        expected: `${rows} rows, as '${first}'`,
        found: other[1].shape.length === 0 ? 'a scalar' : `${rowsOf(other[1])} rows`,
        advice: 'give arrays of one length: row i of each belongs to example i',
      })
}

const checkSize = (size: number, rows: number, perEpoch: number): E.Either<Failure, void> => {
  if (Number.isSafeInteger(size) && size > 0 && perEpoch > 0) return E.right(undefined)
  return E.left({
    tag: 'InvalidSetting',
    field: 'batches',
    problem: `${rows} examples make no batch of ${size}`,
    advice: 'give a whole number from 1 up to the number of examples',
  })
}

const arranged = (arrays: NamedValues, orderUnder: (rows: number) => Order): ArrayDataset => {
  const [first] = Object.values(arrays)
  const rows = first === undefined ? 0 : rowsOf(first)
  return {
    arrays,
    rows,
    shuffled: (key) => arranged(arrays, (count) => (epoch) => permutation(foldIn(key, epoch), count)),
    batches: (size, { last = 'keep' } = {}) => {
      const perEpoch = last === 'keep' ? Math.ceil(rows / size) : Math.floor(rows / size)
      const order = remembering(orderUnder(rows))
      const batch = (step: number): NamedValues => {
        const start = (step % perEpoch) * size
        return pickNamedRows(arrays, order(Math.floor(step / perEpoch)).slice(start, start + size))
      }
      const checked = E.chain(() => checkSize(size, rows, perEpoch))(checkRows(arrays, rows))
      return batchesOf((step) => E.map(() => batch(step))(checked), perEpoch)
    },
  }
}

/**
 * A data set of arrays: row i of each is example i.
 *
 * @example
 * const data = dataset({ x: tensor.f32([[0, 1], [1, 0], [1, 1]]), y: tensor.i32([0, 0, 1]) })
 * const batches = data.shuffled(randomKey.keyFromSeed(0)).batches(2)
 * batches(0) // right({ x: f32[2,2], y: i32[2] })
 */
export const dataset = (arrays: NamedValues): ArrayDataset =>
  arranged(arrays, (rows) => () => Array.from({ length: rows }, (_, row) => row))
