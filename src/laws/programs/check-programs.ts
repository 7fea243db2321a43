/** Checks an engine on random well-typed programs: it must run them, with the oracle's values and gradients. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as fc from 'fast-check'
import * as b from '../../dsl/builder.js'
import { anyNode } from '../../dsl/erasure.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Fault } from '../../dsl/fault.js'
import { explainFault } from '../../dsl/fault.js'
import type { Node, NodeOf, Op } from '../../dsl/primitives/primitive.js'
import type { Program } from '../../dsl/program.js'
import { nodesOf, programOfNodes } from '../../dsl/program.js'
import { keyFromSeed } from '../../values/random-key.js'
import { gradientNodes } from '../../dsl/transformations/reverse-mode.js'
import type { ProgramOptions } from '../arbitraries/program.js'
import { arbitraryProgram } from '../arbitraries/program.js'
import type { Runnable } from '../arbitraries/runnable.js'
import type { CheckOptions } from '../check.js'
import type { ProgramCompiler } from '../engine.js'
import { realLeaves } from '../gradient-check.js'
import type { ProgramFinding, ProgramViolation } from './program-violation.js'
import { differenceFrom } from './program-violation.js'
import { expectationOf } from './expectation.js'

export interface ProgramCheckOptions<Failure> extends ProgramOptions, CheckOptions {
  /** A failure of the engine in words. */
  readonly explain: (failure: Failure) => string
}

/** The report on an engine that agrees with the oracle. */
export interface ProgramReport {
  readonly tag: 'ProgramsAgree'
  readonly programs: number
  /** The number of outputs and gradients that were compared. */
  readonly compared: number
  /** The number of outputs and gradients that were not compared, because they depend on a jump at an edge. */
  readonly atEdge: number
  /** In how many programs each primitive occurs, those of the gradients included. */
  readonly primitives: ReadonlyMap<Op, number>
}

/** Σ mean(sin(output)) over the real outputs, and its gradient by every real leaf. */
const gradients = ({ program }: Runnable): E.Either<Fault, Program> => {
  const loss = Object.values<Node>(program.outputs)
    .filter(({ dtype }) => dtype === 'f32')
    .map((output) => b.mean(b.sin(output), [...output.shape.keys()]))
    .reduce(b.add, b.scalar(0))
  const leaves = realLeaves(program)
  const found = gradientNodes(loss, leaves.map(anyNode))
  return programOfNodes({
    loss,
    ...Object.fromEntries(
      leaves.flatMap(({ attributes: { name } }, i) => {
        const gradient = found[i]
        return gradient === undefined ? [] : [[`gradient by ${name}`, gradient] as const]
      }),
    ),
  })
}

const given = (leaves: readonly (NodeOf<'input'> | NodeOf<'parameter'>)[], all: NamedValues): NamedValues =>
  Object.fromEntries(
    leaves.flatMap(({ attributes: { name } }) => {
      const value = all[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

/** Compiles a program, runs it once and disposes of it. A rejected promise is also a failure. */
const answerOf = <Failure>(
  engine: ProgramCompiler<Failure>,
  explain: (failure: Failure) => string,
  program: Program,
  { values: all, sizes }: Runnable,
): TE.TaskEither<string, NamedValues> =>
  pipe(
    TE.tryCatch(
      pipe(
        engine.compile(program, { sizes, weights: given(program.parameters, all), state: [] }),
        TE.chain((compiled) =>
          pipe(
            compiled.run(given(program.inputs, all)),
            TE.chainFirst(() => compiled.dispose()),
          ),
        ),
        TE.mapLeft(explain),
      ),
      (thrown) => `thrown: ${String(thrown)}`,
    ),
    TE.chain(TE.fromEither),
  )

interface Tally {
  compared: number
  atEdge: number
  readonly primitives: Map<Op, number>
}

/**
 * Checks an engine on random programs over all primitives, or those of `ops`: every output, and the gradients by every
 * real leaf. `runs` (default 100) is the number of programs.
 *
 * An element may differ from the oracle's by what rounding to float32 does to it: 8 times the root mean square change
 * of six evaluations in which every rounded result, and every term of a sum, is off by up to 2 ulp at random. An output
 * that depends on a jump (a comparison, a floor, a largest index) is not compared where the operands of that jump are
 * within that of its edge; the report counts such outputs.
 *
 * @example
 * checkProgramsOn(onnxEngine({ threads: 1 }), { explain, runs: 1000, seed: 7 })
 */
export const checkProgramsOn =
  <Failure>(
    engine: ProgramCompiler<Failure>,
    { explain, runs = 100, seed = 1, path, shrink = true, ...options }: ProgramCheckOptions<Failure>,
  ): T.Task<E.Either<ProgramViolation, ProgramReport>> =>
  async () => {
    const tally: Tally = { compared: 0, atEdge: 0, primitives: new Map() }

    const findingIn = async (
      runnable: Runnable,
      made: E.Either<Fault, Program>,
    ): Promise<ProgramFinding | undefined> => {
      if (E.isLeft(made)) return { tag: 'Invalid', message: explainFault(made.left) }
      const program = made.right
      const expected = expectationOf(program, runnable.values, runnable.sizes, keyFromSeed(seed))
      if (E.isLeft(expected)) return { tag: 'Invalid', message: explainFault(expected.left) }
      const answered = await answerOf(engine, explain, program, runnable)()
      if (E.isLeft(answered)) return { tag: 'Fails', program, message: answered.left }
      for (const op of new Set(nodesOf(program).map((node) => node.op))) {
        tally.primitives.set(op, (tally.primitives.get(op) ?? 0) + 1)
      }
      for (const [output, expectation] of Object.entries(expected.right)) {
        tally[expectation.atEdge ? 'atEdge' : 'compared'] += 1
        const differs = differenceFrom(expectation, answered.right[output])
        if (differs !== undefined) return { tag: 'Differs', program, output, ...differs }
      }
      return undefined
    }
    const findingOf = async (runnable: Runnable): Promise<ProgramFinding | undefined> =>
      (await findingIn(runnable, E.right(runnable.program))) ??
      (await findingIn(runnable, gradients(runnable)))

    const details = await fc.check(
      fc.asyncProperty(
        arbitraryProgram(options),
        async (runnable) => (await findingOf(runnable)) === undefined,
      ),
      { numRuns: runs, seed, endOnFailure: !shrink, ...(path === undefined ? {} : { path }) },
    )
    const smallest = details.counterexample?.[0]
    const finding = smallest === undefined ? undefined : await findingOf(smallest)
    return smallest === undefined || finding === undefined
      ? E.right({ tag: 'ProgramsAgree', programs: details.numRuns, ...tally })
      : E.left({
          tag: 'ProgramViolation',
          engine: engine.name,
          finding,
          runnable: smallest,
          seed: details.seed,
          path: details.counterexamplePath ?? '',
          programs: details.numRuns,
          shrinks: details.numShrinks,
        })
  }
