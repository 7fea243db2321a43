/** InfoNCE: which key belongs to a query? */
import {
  diagonal,
  div,
  l2Normalize,
  logSoftmax,
  logSumExp,
  matmul,
  mean,
  mul,
  neg,
  softplus,
  sub,
  sum,
  transposeLast,
  withSignature,
} from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { aboveZero, withSettings } from './setting.js'

/**
 * Mean over the queries of -ln softmax(cosines / temperature)[its key]: how well each query finds its own key, its positive,
 * among the negatives (van den Oord et al. 2018, eq. 4; with cosines and a temperature, He et al. 2020, eq. 1).
 *
 * `queries` [B,E], `keys` [B,E]: row i of the keys is the positive of row i of the queries, the other keys are its negatives.
 * With `negatives` [M,E], such as a queue of earlier keys, these are the negatives of all queries, and the other keys are
 * not. All are normalised here; a row of zeros has cosines of 0, and a finite gradient. A scalar in nats. A temperature that
 * is not a finite number above 0 is a fault.
 *
 * @example
 * const loss = infoNCE(constant([2, 2], [1, 0, 0, 1]), constant([2, 2], [1, 1, 0, 1]), { temperature: 1 }) // 0.479110
 * @example
 * const loss = infoNCE(input('queries', ['B', 128]), input('keys', ['B', 128]), { negatives: input('queue', [4096, 128]) })
 */
export const infoNCE = <B, E, M = never>(
  queries: Tensor<[B, E]>,
  keys: Tensor<[NoInfer<B>, NoInfer<E>]>,
  {
    temperature = 0.07,
    negatives,
  }: { readonly temperature?: number; readonly negatives?: Tensor<[M, NoInfer<E>]> } = {},
): Tensor<[]> => {
  const rows = withSignature(
    'infoNCE',
    {
      queries: [queries, 'batch width'],
      keys: [keys, 'batch width'],
      ...(negatives !== undefined && { negatives: [negatives, 'negatives width'] as const }),
    },
    queries,
  )
  const [query, key] = [unit(rows), unit(keys)]
  const perQuery =
    negatives === undefined
      ? neg(diagonal(logSoftmax(div(matmul(query, transposeLast(key)), temperature), 1)))
      : softplus(
          sub(
            logSumExp(div(matmul(query, transposeLast(unit(negatives))), temperature), 1),
            div(sum(mul(query, key), 1), temperature),
          ),
        )
  return withSettings('infoNCE', { temperature: [temperature, aboveZero] }, mean(perQuery, 0))
}

const unit = <N, E>(rows: Tensor<[N, E]>): Tensor<[N, E]> => l2Normalize(rows, { epsilon: 1e-12 })
