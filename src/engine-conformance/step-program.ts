/** A small training step: a lookup, a layer, a loss, its gradient, and the next value of a parameter. */
import type * as E from 'fp-ts/lib/Either.js'
import * as b from '../dsl/builder.js'
import type { Fault } from '../dsl/fault.js'
import type { Program } from '../dsl/program.js'
import { programOfNodes } from '../dsl/program.js'
import { gradientNodes } from '../dsl/transformations/reverse-mode.js'
import type { CompileOptions } from '../engines/engine.js'
import type { NamedValues } from '../values/named-values.js'
import { drawnNormal, i32 } from './drawn-values.js'

/** Outputs: `loss`, the next value of `w` as `next`, and the sum of `w` as `total`. */
export const stepProgram = (): E.Either<Fault, Program> => {
  const [w, table] = [b.parameter('w', [6, 3]), b.parameter('table', [5, 6])]
  const rows = b.gather(table, b.input('ids', [4], 'i32'), 0)
  const scores = b.logSoftmax(b.matmul(b.tanh(rows), w), 1)
  const loss = b.neg(b.mean(b.slice(scores, 1, 0, 1), [0, 1]))
  const [gradient = loss] = gradientNodes(loss, [w])
  return programOfNodes({ loss, next: b.sub(w, b.scale(gradient, 0.1)), total: b.sum(w, [0, 1]) })
}

export const stepOptions: CompileOptions = {
  sizes: {},
  weights: { table: drawnNormal([5, 6], 1) },
  state: [{ parameter: 'w', output: 'next', initial: drawnNormal([6, 3], 2) }],
}

export const stepInputs: NamedValues = { ids: i32([4], [0, 4, 2, 1]) }

/** Inputs with an id beyond the five rows of the table: the run must fail. */
export const strayInputs: NamedValues = { ids: i32([4], [0, 1, 5, 2]) }
