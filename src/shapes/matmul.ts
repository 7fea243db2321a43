/** The rule of the matrix product: last axis against last but one, leading axes broadcast. */
import type { ShapeError } from './shape-error.js'
import type { BroadcastBatch } from './broadcast.js'
import type { Box, Invariant } from './decide.js'
import type { NameOf, Show } from './show.js'

/** `[...batch, rows, columns]`, or `matmul: inner dims 512 and 768 differ`. */
export type MatMul<A, B> = A extends [...infer BatchA, infer Rows, infer InnerA]
  ? B extends [...infer BatchB, infer InnerB, infer Columns]
    ? Invariant<InnerA> extends Invariant<InnerB>
      ? Box<BatchB> extends Box<[] | BatchA>
        ? [...BatchA, Rows, Columns]
        : BroadcastBatch<BatchA, BatchB, [Rows, Columns]>
      : ShapeError<`matmul: inner dims ${NameOf<InnerA>} and ${NameOf<InnerB>} differ`>
    : ShapeError<`matmul: right operand [${Show<B>}] needs rank >= 2`>
  : ShapeError<`matmul: left operand [${Show<A>}] needs rank >= 2`>
