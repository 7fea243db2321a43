/** Fitting a training step into a limit on memory: whole, or some rows of the batch at a time. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Sizes } from '../shapes/dim.js'
import type { MicroBatchedStep } from '../optimizers/micro-batched-step.js'
import type { TrainStep } from '../optimizers/train-step.js'
import type { Failure } from '../effects/failure.js'
import { engineMemory, programMemory, uncollectedMemory } from '../engines/onnx/memory/engine-memory.js'
import type { ProgramMemory, SizedProgram } from '../engines/onnx/memory/engine-memory.js'
import type { MicroBatches } from './ready-step.js'

/** How to take a step, and about how many bytes the process then holds at most. */
export interface MemoryPlan {
  /** Undefined if the step is taken whole. */
  readonly microBatches: MicroBatches | undefined
  readonly bytes: number
}

/** What has to fit into the limit. */
export interface MemoryDemand {
  readonly step: TrainStep
  /** The step in parts, if it has any. */
  readonly parts: MicroBatchedStep | undefined
  readonly sizes: Sizes
  /** Bytes that the process holds apart from the step: weights and data as they were read. */
  readonly held: number
  /** Programs that are compiled and run while the step is kept ready, at their sizes. */
  readonly otherPrograms?: readonly SizedProgram[]
}

/** Node and ONNX Runtime without weights or data: measured at 131 MB, and about 80 MB more once the library is loaded. */
const processBytes = 250 * 2 ** 20

/** Numbers of rows in a part, largest first: of each number of parts the smallest that is enough. */
const partSizes = (total: number): readonly number[] => [
  ...new Set(Array.from({ length: Math.max(total - 1, 0) }, (_, i) => Math.ceil(total / (i + 2)))),
]

/** The first candidate that fits, found by bisection: each needs less memory than those before it. */
const firstFitting = (
  candidates: readonly number[],
  need: (candidate: number) => E.Either<Failure, number>,
  limit: number,
): E.Either<Failure, { readonly rows: number; readonly bytes: number } | undefined> => {
  const middle = Math.floor(candidates.length / 2)
  const candidate = candidates[middle]
  return candidate === undefined
    ? E.right(undefined)
    : pipe(
        need(candidate),
        E.chain((bytes) =>
          bytes > limit
            ? firstFitting(candidates.slice(middle + 1), need, limit)
            : pipe(
                firstFitting(candidates.slice(0, middle), need, limit),
                E.map((larger) => larger ?? { rows: candidate, bytes }),
              ),
        ),
      )
}

/**
 * The step as a whole if it fits into `limit` bytes, otherwise in as few parts as fit. The same demand and limit give the
 * same plan on every machine, so that a resumed run adds up in the same order.
 *
 * Bytes are estimated for ONNX Runtime on processors, the run's arrays in Node included. Fails with `MemoryTooSmall` if a
 * single row at a time does not fit.
 */
export const planMemory = (
  { step, parts, sizes, held, otherPrograms = [] }: MemoryDemand,
  limit: number,
): E.Either<Failure, MemoryPlan> => {
  const trained = new Set(step.carried.map(({ parameter }) => parameter))
  const memoryOf = (program: SizedProgram): E.Either<Failure, ProgramMemory> =>
    programMemory(program, trained)
  const inAll = (programs: readonly ProgramMemory[]): number =>
    processBytes + held + engineMemory(programs) + uncollectedMemory(programs)
  const inParts = (others: readonly ProgramMemory[], whole: number): E.Either<Failure, MemoryPlan> => {
    const tooSmall = (what: string, needed: number): E.Either<Failure, never> =>
      E.left({ tag: 'MemoryTooSmall', what, needed, given: limit })
    if (parts === undefined) return tooSmall('a training step, which cannot be taken image by image,', whole)
    const need =
      (fixed: readonly ProgramMemory[]) =>
      (rows: number): E.Either<Failure, number> => {
        const ofRows = { ...sizes, [parts.rows]: rows }
        return pipe(
          [parts.forward, parts.vjp],
          E.traverseArray((program) => memoryOf({ program, sizes: ofRows })),
          E.map((ofBatch) => inAll([...fixed, ...ofBatch])),
        )
      }
    return pipe(
      [parts.loss, parts.update],
      E.traverseArray((program) => memoryOf({ program, sizes })),
      E.map((fixed) => need([...others, ...fixed])),
      E.chain((needed) =>
        pipe(
          firstFitting(partSizes(sizes[parts.rows] ?? 1), needed, limit),
          E.chain((found) =>
            found === undefined
              ? pipe(
                  needed(1),
                  E.chain((least) => tooSmall('a training step, image by image,', Math.min(least, whole))),
                )
              : E.right({ microBatches: { step: parts, rows: found.rows }, bytes: found.bytes }),
          ),
        ),
      ),
    )
  }
  return pipe(
    E.Do,
    E.bind('others', () => E.traverseArray(memoryOf)(otherPrograms)),
    E.bind('own', () => memoryOf({ program: step.program, sizes })),
    E.chain(({ others, own }) => {
      const whole = inAll([...others, own])
      return whole <= limit ? E.right({ microBatches: undefined, bytes: whole }) : inParts(others, whole)
    }),
  )
}
