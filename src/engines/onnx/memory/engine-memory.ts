/**
 * The memory that ONNX Runtime takes on processors for programs that are kept ready, with the arrays that Node holds for their results. The values
 * that a run computes are placed as ONNX Runtime places them (`run-memory.ts`), weights are counted as it copies them (`weight-memory.ts`). What is
 * measured is what a session takes besides, and what Node and the allocator of the system free late.
 * `npm run memory:table` compares with measurements.
 *
 * Graphs with convolutions, which ONNX Runtime rewrites before it runs them, are counted as they are before.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../../dsl/program.js'
import type { Sizes } from '../../../shapes/dim.js'
import { largest } from '../../../values/extremes.js'
import type { ProgramRejected } from '../../failure.js'
import type { Port } from '../../ports.js'
import { valueInfo } from '../lowering/graph-writer.js'
import type { LoweredProgram } from '../lowering/lowering.js'
import { lowerProgram } from '../lowering/lowering.js'
import type { GraphProto } from '../model-proto.js'
import { processorDialect } from '../provider.js'
import { runMemory } from './run-memory.js'
import type { WeightMemory } from './weight-memory.js'
import { weightMemory } from './weight-memory.js'
import { bytesOfValue, declaredSize } from './value-sizes.js'

const mebibyte = 2 ** 20

/** What a session takes without weights and data, and for each node of its graph. */
const sessionBytes = 0.5 * mebibyte
const bytesOfNode = 3.5 * 2 ** 10

/** What making a session leaves behind for each node, Node's share included: it is collected where there is much of it. */
const leftOfNode = 4.5 * 2 ** 10
const mostNodesLeft = 4_000

/** The share of the freed weights that the allocator of the system keeps: parts between others that are in use. */
const keptOfFreed = 0.55

/** Copies of each trained value: the one that a step reads, the one that it writes, and the one that ONNX Runtime hands back. */
const stateCopies = 3

/** Results are written to an array of Node, and handed back as a copy. */
const resultCopies = 2

/** Node collects results that are not used any more late: so many bytes of them are held at most, and those of no more steps. */
const mostUncollected = 28 * mebibyte
const stepsUncollected = 17

/** A program at the sizes of its symbols. */
export interface SizedProgram {
  readonly program: Program
  readonly sizes: Sizes
}

/** Bytes that one program needs, by what they hold. */
export interface ProgramMemory {
  readonly nodes: number
  readonly weights: WeightMemory
  /** Parameters that change, once. */
  readonly state: number
  readonly inputs: number
  readonly outputs: number
  /** The values that a run computes, and the places between them that fit no other value. */
  readonly values: number
  /** The regions that ONNX Runtime takes from the system for them, not all of which is touched. */
  readonly regions: readonly number[]
}

const bytesOf = (ports: readonly Port[]): number =>
  ports.reduce((sum, port) => sum + bytesOfValue(declaredSize(valueInfo(port))), 0)

const graphOf = ({ graph, inputs, parameters, outputs }: LoweredProgram): Omit<GraphProto, 'name'> => ({
  node: graph.nodes,
  initializer: graph.constants,
  input: [...inputs, ...parameters].map(valueInfo),
  output: Object.values(outputs).map(valueInfo),
})

/**
 * The bytes that a program needs; `trained` are the names of the parameters that change. Fails with `ProgramRejected` where a symbol has no size,
 * and where sizes do not fit.
 */
export const programMemory = (
  { program, sizes }: SizedProgram,
  trained: ReadonlySet<string>,
): E.Either<ProgramRejected, ProgramMemory> =>
  pipe(
    lowerProgram(program, sizes, processorDialect),
    E.map((lowered) => {
      const { graph, inputs, parameters, outputs } = lowered
      const { touched, regions } = runMemory(graphOf(lowered))
      const frozen = parameters.filter(({ name }) => !trained.has(name))
      return {
        nodes: graph.nodes.length,
        weights: weightMemory(
          graph.nodes,
          new Map(frozen.map((port) => [port.name, declaredSize(valueInfo(port))])),
        ),
        state: bytesOf(parameters.filter(({ name }) => trained.has(name))),
        inputs: bytesOf(inputs),
        outputs: bytesOf(Object.values(outputs)),
        values: touched,
        regions,
      }
    }),
  )

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

const bytesOfSession = ({ nodes }: ProgramMemory): number => sessionBytes + bytesOfNode * nodes

const bytesOfWeights = ({ weights: { given, freed, packed } }: ProgramMemory): number =>
  given - freed + packed

/** What is free again once a session is made, and stays with the process. */
const leftOver = ({ nodes, weights: { freed } }: ProgramMemory): number =>
  leftOfNode * Math.min(nodes, mostNodesLeft) + keptOfFreed * freed

const stateOf = (programs: readonly ProgramMemory[]): number => largest(programs.map(({ state }) => state))

/** Outputs that are no state, of all programs. */
const resultsOf = (programs: readonly ProgramMemory[]): number =>
  Math.max(sum(programs.map(({ outputs }) => outputs)) - stateOf(programs), 0)

/**
 * The most bytes that these programs take while they are kept ready together and run in turn, if what a run has left is collected before the next one.
 * Parameters that change are held once for all.
 */
export const engineMemory = (programs: readonly ProgramMemory[]): number =>
  sum(programs.map(bytesOfSession)) +
  sum(programs.map(bytesOfWeights)) +
  // State is placed in it.
  Math.max(sum(programs.map(leftOver)) - stateOf(programs), 0) +
  stateCopies * stateOf(programs) +
  largest(programs.map(({ inputs }) => inputs)) +
  resultCopies * resultsOf(programs) +
  sum(programs.map(({ values }) => values))

/** The most bytes of results of earlier runs that wait to be collected. How many there are at a time differs from process to process. */
export const uncollectedMemory = (programs: readonly ProgramMemory[]): number =>
  Math.min(mostUncollected, stepsUncollected * (stateOf(programs) + resultsOf(programs)))
