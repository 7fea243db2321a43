/** Engines that are the reference but for one thing that they do wrong. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Node } from '../../../src/dsl/primitives/primitive.js'
import type { Program } from '../../../src/dsl/program.js'
import { nodesOf, programOfNodes } from '../../../src/dsl/program.js'
import { substituteNodes } from '../../../src/dsl/transformations/substitute.js'
import type { Engine, Executable } from '../../../src/engines/engine.js'
import { programRejected } from '../../../src/engines/failure.js'
import { referenceEngine } from '../../../src/engines/reference/engine.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import * as R from '../../../src/values/record.js'
import type { TensorValue } from '../../../src/values/value.js'

/** A fault planted in an engine. */
export interface PlantedEngineFault {
  /** What the engine does wrong, in a few words. */
  readonly fault: string
  /** The check that must find it: `values: softmax`. */
  readonly foundBy: string
  readonly engine: Engine
  /** Whether the engine ends its process, holds it or fills its memory, so that only a suite of processes can find it. */
  readonly needsProcess?: boolean
}

/** The reference engine with programs changed before they are compiled. */
const onPrograms = (
  change: (program: Program) => E.Either<never, Program> | ReturnType<typeof programOfNodes>,
): Engine => ({
  name: 'faulty',
  compile: (program, options) =>
    pipe(
      TE.fromEither(E.mapLeft(programRejected('faulty engine'))(change(program))),
      TE.chainW((changed) => referenceEngine.compile(changed, options)),
    ),
})

/** An engine that computes some nodes as others. `instead` gives what is computed in the place of a node, if it is another. */
export const computing = (instead: (node: Node) => Node | undefined): Engine =>
  onPrograms((program) => {
    const replacements = new Map(
      nodesOf(program).flatMap((node) => {
        const other = instead(node)
        return other === undefined ? [] : [[node, other] as const]
      }),
    )
    if (replacements.size === 0) return E.right(program)
    const names = Object.keys(program.outputs)
    const roots = substituteNodes(Object.values<Node>(program.outputs), replacements)
    return programOfNodes(
      Object.fromEntries(names.flatMap((name, i) => (roots[i] === undefined ? [] : [[name, roots[i]]]))),
    )
  })

/** The reference engine with some operations of its executables changed. */
export const executing = (
  change: (executable: Executable, program: Program) => Partial<Executable>,
): Engine => ({
  name: 'faulty',
  compile: (program, options) =>
    pipe(
      referenceEngine.compile(program, options),
      TE.map((executable) => ({ ...executable, ...change(executable, program) })),
    ),
})

/** An engine whose state is after each run what it was before. */
export const keepingItsState: Engine = executing(({ run, readState, writeState }) => ({
  run: (inputs) =>
    pipe(
      TE.Do,
      TE.bind('before', () => readState()),
      TE.bind('results', () => run(inputs)),
      TE.chainFirst(({ before }) => writeState(before)),
      TE.map(({ results }) => results),
    ),
}))

/** An engine whose results are changed after each run. */
export const answering = (change: (results: NamedValues) => NamedValues): Engine =>
  executing(({ run }) => ({ run: (inputs) => pipe(run(inputs), TE.map(change)) }))

/** An engine that changes each of its results. */
export const giving = (change: (value: TensorValue) => TensorValue): Engine => answering(R.map(change))
