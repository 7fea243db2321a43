/** An engine whose executables run at all sizes of their inputs, not only at those that they were compiled for. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { bindSizes } from '../dsl/bind-sizes.js'
import type { Sizes } from '../shapes/dim.js'
import { symbolsOf } from '../shapes/dim.js'
import type { Program } from '../dsl/program.js'
import type { NamedValues } from '../values/named-values.js'
import type { CompileOptions, Engine, Executable } from './engine.js'
import type { EngineFailure } from './failure.js'
import { contained } from './contained.js'
import { oneAtATime } from './one-at-a-time.js'
import { lookup } from '../values/record.js'

/** The sizes at which a run's inputs are; those of the compilation where no input has a symbol, or the inputs do not fit. */
const sizesFor = (program: Program, compiled: Sizes, inputs: NamedValues): Sizes => {
  const symbols = new Set(program.inputs.flatMap(({ shape }) => shape.flatMap(symbolsOf)))
  const given = program.inputs.flatMap(({ attributes: { name, shape } }) => {
    const value = lookup(name, inputs)
    return value === undefined ? [] : [{ name, declared: shape, actual: value.shape }]
  })
  const others = Object.fromEntries(Object.entries(compiled).filter(([symbol]) => !symbols.has(symbol)))
  return given.length < program.inputs.length
    ? compiled
    : pipe(
        bindSizes(given, others),
        E.getOrElse(() => compiled),
      )
}

const nameOf = (sizes: Sizes): string =>
  JSON.stringify(Object.entries(sizes).toSorted(([a], [b]) => (a < b ? -1 : 1)))

/**
 * The same engine, except that an executable that is run with inputs of other sizes compiles the program again for these,
 * keeps what it compiled, and goes on with the same state. Inputs that fit no sizes are refused as by the engine itself.
 *
 * @example
 * const lenient = forAnySizes(onnxEngine())
 */
export const forAnySizes = (engine: Engine): Engine => ({
  name: engine.name,
  compile: (program, options) =>
    pipe(
      engine.compile(program, options),
      TE.map((first) => executableForAnySizes(engine, program, options, first)),
    ),
})

const executableForAnySizes = (
  engine: Engine,
  program: Program,
  options: CompileOptions,
  first: Executable,
): Executable => {
  const compiled = new Map<string, Executable>([[nameOf(options.sizes), first]])
  /** The one that holds the present state. */
  let current = first
  const inTurn = oneAtATime()

  const compileAt = (sizes: Sizes): TE.TaskEither<EngineFailure, Executable> => {
    const known = compiled.get(nameOf(sizes))
    return known === undefined
      ? pipe(
          engine.compile(program, { ...options, sizes }),
          TE.map((executable) => {
            compiled.set(nameOf(sizes), executable)
            return executable
          }),
        )
      : TE.right(known)
  }

  /** Makes the executable of these sizes the current one, and gives it the state. */
  const moveTo = (sizes: Sizes): TE.TaskEither<EngineFailure, Executable> =>
    compiled.get(nameOf(sizes)) === current
      ? TE.right(current)
      : pipe(
          current.readState(),
          TE.chain((state) =>
            pipe(
              compileAt(sizes),
              TE.chainFirst((next) => next.writeState(state)),
            ),
          ),
          TE.map((next) => {
            current = next
            return next
          }),
        )

  return {
    run: (inputs) =>
      inTurn(
        contained(engine.name, 'run', () =>
          pipe(
            moveTo(sizesFor(program, options.sizes, inputs)),
            TE.chain((executable) => executable.run(inputs)),
          ),
        ),
      ),
    readState: () => inTurn(() => current.readState()()),
    writeState: (values) => inTurn(() => current.writeState(values)()),
    dispose: () =>
      inTurn(() =>
        pipe(
          [...compiled.values()],
          T.traverseSeqArray((executable) => executable.dispose()),
          T.map(E.sequenceArray),
          TE.map(() => undefined),
        )(),
      ),
  }
}
