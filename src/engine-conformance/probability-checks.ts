/** Checks that probabilities add up to 1 and keep their digits, however large the numbers that they are made of. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../dsl/builder.js'
import { explainFault } from '../dsl/fault.js'
import type { Node } from '../dsl/primitives/primitive.js'
import { programOfNodes } from '../dsl/program.js'
import { gradientNodes } from '../dsl/transformations/reverse-mode.js'
import { agrees } from './agreement.js'
import type { ConformanceCheck } from './check.js'
import { f32 } from './drawn-values.js'

/** Rows of three: differences of the size of 1 and of 10 beside bases of many sizes, and equal numbers of any size. */
const rows: readonly (readonly number[])[] = [
  [0, 0, 0],
  [10, 0, -20],
  [0, -14, -18],
  ...[1e3, 1e6, 1e8, 1e17, 3.4e38].flatMap((base) => [
    [base, base, base],
    [-base, -base, -base],
    [base, base, -base],
  ]),
  [1024, 1025, 1020],
  [-65536, -65537, -65530],
]

const count = rows.length
const along = [1]

const weights = b.literal([3, -1, 0.5], [3])

const gradientOf = (loss: Node, x: Node): Node =>
  gradientNodes(b.sum(loss, [...loss.shape.keys()]), [x])[0] ?? x

/** What is computed of each row; the sums of the first three are 1. */
const resultsOf = (x: Node): Readonly<Record<string, Node>> => {
  const share = gradientOf(b.logSumExp(x, along), x)
  return {
    'sum of softmax': b.sum(b.softmax(x, 1), along),
    'sum of exp(logSoftmax)': b.sum(b.exp(b.logSoftmax(x, 1)), along),
    'sum of the gradient of logSumExp': b.sum(share, along),
    logSumExp: b.logSumExp(x, along),
    softmax: b.softmax(x, 1),
    logSoftmax: b.logSoftmax(x, 1),
    'gradient of logSumExp': share,
    'gradient of softmax': gradientOf(b.mul(b.softmax(x, 1), weights), x),
    'gradient of logSoftmax': gradientOf(b.mul(b.logSoftmax(x, 1), weights), x),
    'second gradient of logSumExp': gradientOf(b.mul(share, weights), x),
  }
}

export const probabilityChecks: readonly ConformanceCheck[] = [
  {
    area: 'tails',
    subject: 'probabilities of large numbers',
    run: (engine, { tolerance }) => {
      const x = b.input('x', [count, 3])
      return pipe(
        TE.fromEither(E.mapLeft(explainFault)(programOfNodes(resultsOf(x)))),
        TE.chain((program) =>
          agrees(engine, { program, values: { x: f32([count, 3], rows.flat()) }, sizes: {} }, tolerance),
        ),
      )
    },
  },
]
