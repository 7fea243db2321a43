/**
 * The memory that ONNX Runtime takes on processors for programs that are kept ready, with the arrays that Node holds for their results. What is
 * counted is exact; the factors are fitted to measurements of 24 training steps, which `npm run memory:table` repeats.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { liveMemory } from '../../dsl/costs/live-memory.js'
import type { LiveMemory } from '../../dsl/costs/live-memory.js'
import type { Program } from '../../dsl/program.js'
import { nodesOf } from '../../dsl/program.js'
import type { ProgramRejected } from '../failure.js'
import { programRejected } from '../failure.js'
import { knownSize } from '../../shapes/dim.js'
import type { Sizes } from '../../shapes/dim.js'
import { elementCount } from '../../values/value.js'

const mebibyte = 2 ** 20

/** What a session takes without weights and data, and for each node of its program. */
const sessionBytes = 3 * mebibyte
const bytesOfNode = 7 * 2 ** 10

/**
 * Bytes for each byte of a frozen weight: ONNX Runtime packs those that its matrix products read. In programs with convolutions, whose
 * graphs it rewrites, it gives the others back.
 */
const weightCopies = (program: Program): number =>
  nodesOf(program).some(({ op }) => op === 'conv2d') ? 1 : 1.5

/** Copies of each trained value: the one that a step reads, the one that it writes, and the one that ONNX Runtime hands back. */
const stateCopies = 3

/** Results are written to an array of Node, and handed back as a copy. */
const resultCopies = 2

/** Node frees results that are not used any more late: so many bytes of them are held, and at most those of so many steps. */
const mostUnfreed = 24 * mebibyte
const stepsUnfreed = 20

/** Bytes of ONNX Runtime's arena: what is live, the places between it that fit no other value, and a copy of the largest value. */
const arenaBytes = ({ intermediates, largest }: LiveMemory): number => 1.1 * intermediates + largest

/** A program at the sizes of its symbols. */
export interface SizedProgram {
  readonly program: Program
  readonly sizes: Sizes
}

const bytesOfParameters = ({ program, sizes }: SizedProgram, isCounted: (name: string) => boolean): number =>
  program.parameters
    .filter(({ attributes: { name } }) => isCounted(name))
    .reduce(
      (sum, { shape }) => sum + Float32Array.BYTES_PER_ELEMENT * elementCount(shape.map(knownSize(sizes))),
      0,
    )

/**
 * The most bytes that these programs take while they are kept ready together and run in turn, many times. `trained` are the names of the
 * parameters that change, which are held once for all. Fails with `ProgramRejected` where a symbol has no size.
 */
export const engineMemory = (
  programs: readonly SizedProgram[],
  trained: ReadonlySet<string>,
): E.Either<ProgramRejected, number> =>
  pipe(
    programs,
    E.traverseArray(({ program, sizes }) => liveMemory(program, sizes)),
    E.bimap(programRejected('memory of a program'), (live) => {
      const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0)
      const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
      const state = largest(programs.map((each) => bytesOfParameters(each, (name) => trained.has(name))))
      const frozen = programs.map(
        (each) => weightCopies(each.program) * bytesOfParameters(each, (name) => !trained.has(name)),
      )
      const results = Math.max(sum(live.map(({ outputs }) => outputs)) - state, 0)
      return (
        sum(programs.map(({ program }) => sessionBytes + bytesOfNode * nodesOf(program).length)) +
        sum(frozen) +
        stateCopies * state +
        largest(live.map(({ inputs }) => inputs)) +
        resultCopies * results +
        Math.min(mostUnfreed, stepsUnfreed * (state + results)) +
        sum(live.map(arenaBytes))
      )
    }),
  )
