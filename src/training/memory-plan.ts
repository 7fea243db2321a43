/** How a training step fits into a limit on memory: whole, or so many rows of the batch at a time. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Sizes } from '../dsl/dim.js'
import type { Fault } from '../dsl/fault.js'
import type { LiveMemory } from '../dsl/costs/live-memory.js'
import { liveMemory } from '../dsl/costs/live-memory.js'
import type { Program } from '../dsl/program.js'
import type { MicroBatchedStep } from '../optimizers/micro-batched-step.js'
import type { TrainStep } from '../optimizers/train-step.js'
import type { Failure } from '../effects/failure.js'
import type { MicroBatches } from './ready-step.js'

/** A way to take a step, and about how many bytes the process holds at most while it does. */
export interface MemoryPlan {
  /** Nothing where the step is taken whole. */
  readonly microBatches: MicroBatches | undefined
  readonly bytes: number
}

/** What is to fit into the limit. */
export interface MemoryDemand {
  readonly step: TrainStep
  /** The step in parts, where it can be taken so. */
  readonly parts: MicroBatchedStep | undefined
  readonly sizes: Sizes
  /** Bytes that the process holds whatever the step does: weights and data as they were read. */
  readonly held: number
  /** Programs that are compiled and run while the step is kept ready, at their sizes. */
  readonly beside?: readonly { readonly program: Program; readonly sizes: Sizes }[]
}

/** Node and ONNX Runtime with nothing in them: measured at 131 MB before, and about 80 MB more after the library is loaded. */
const processBytes = 250 * 2 ** 20

/** Bytes for each byte of a weight: ONNX Runtime's copy, and the one that it packs for its matrix products (measured: 1.6 to 1.9). */
const weightCopies = 2

/**
 * What ONNX Runtime's arena holds for intermediate results, which fits where it was measured (CLIP's text tower of 2 and 12
 * blocks, 65 and 345 classes, 1 to 5 images of each domain): a tenth more than what is live, and six times the largest of
 * them, which are copied on the way through a block, and whose places do not always fit what comes next.
 */
const arenaBytes = ({ intermediates, largest }: LiveMemory): number => 1.1 * intermediates + 6 * largest

/** What programs need that are kept ready together; what goes into one mostly goes into the others. */
const bytesTogether = (programs: readonly LiveMemory[]): number =>
  Math.max(0, ...programs.map(({ inputs }) => inputs)) +
  programs.reduce((sum, of) => sum + of.outputs + weightCopies * of.parameters + arenaBytes(of), 0)

const memoryOf = (program: Program, sizes: Sizes): E.Either<Failure, LiveMemory> =>
  E.mapLeft((fault: Fault): Failure => ({ tag: 'ProgramRejected', where: 'memory of a program', fault }))(
    liveMemory(program, sizes),
  )

/** Numbers of rows in a part, largest first: of each number of parts the smallest that is enough. */
const partSizes = (total: number): readonly number[] => [
  ...new Set(Array.from({ length: Math.max(total - 1, 0) }, (_, i) => Math.ceil(total / (i + 2)))),
]

/** The first of some candidates, of which each needs less than those before it, that fits; tried by halving. */
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
 * The step whole, if that fits into `limit` bytes, and otherwise in as few parts as do. The same demand and limit give
 * the same plan on every machine, so that a run that is resumed adds up in the same order.
 *
 * The count is of ONNX Runtime on processors, arrays of the run in Node included. Fails with `MemoryTooSmall` where not
 * even one row at a time fits.
 */
export const planMemory = (
  { step, parts, sizes, held, beside = [] }: MemoryDemand,
  limit: number,
): E.Either<Failure, MemoryPlan> => {
  const besides = beside.map((each) => memoryOf(each.program, each.sizes))
  const inAll = (programs: readonly E.Either<Failure, LiveMemory>[]): E.Either<Failure, number> =>
    pipe(
      [...besides, ...programs],
      E.sequenceArray,
      E.map((all) => processBytes + held + bytesTogether(all)),
    )
  const inParts = (whole: number): E.Either<Failure, MemoryPlan> => {
    const tooSmall = (what: string, needed: number): E.Either<Failure, never> =>
      E.left({ tag: 'MemoryTooSmall', what, needed, given: limit })
    if (parts === undefined) return tooSmall('a training step, which cannot be taken image by image,', whole)
    const fixed = [memoryOf(parts.loss, sizes), memoryOf(parts.update, sizes)]
    const need = (rows: number): E.Either<Failure, number> => {
      const ofRows = { ...sizes, [parts.rows]: rows }
      return inAll([...fixed, memoryOf(parts.forward, ofRows), memoryOf(parts.vjp, ofRows)])
    }
    return pipe(
      firstFitting(partSizes(sizes[parts.rows] ?? 1), need, limit),
      E.chain((found) =>
        found === undefined
          ? pipe(
              need(1),
              E.chain((least) => tooSmall('a training step, image by image,', Math.min(least, whole))),
            )
          : E.right({ microBatches: { step: parts, rows: found.rows }, bytes: found.bytes }),
      ),
    )
  }
  return pipe(
    inAll([memoryOf(step.program, sizes)]),
    E.chain((whole) =>
      whole <= limit ? E.right({ microBatches: undefined, bytes: whole }) : inParts(whole),
    ),
  )
}
