/** A training step on the engine, ready to be taken: as one program, or in micro-batches. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from '../values/record.js'
import { cacheNames } from '../dsl/transformations/gradient-cache.js'
import type { Sizes } from '../shapes/dim.js'
import type { Node } from '../dsl/primitives/primitive.js'
import type { Program } from '../dsl/program.js'
import type { TensorValue } from '../values/value.js'
import { inSinglePrecision } from '../values/value.js'
import type { MicroBatchedStep } from '../optimizers/micro-batched-step.js'
import type { Carried, TrainStep } from '../optimizers/train-step.js'
import * as Effect from '../effects/effect.js'
import type { EngineState, Executable } from '../engines/engine.js'
import type { NamedValues } from '../values/named-values.js'
import type { Failure } from '../effects/failure.js'
import { programRejected } from '../engines/failure.js'
import {
  readState,
  run,
  withExecutables,
  withResizableExecutable,
  yieldControl,
} from '../effects/operations.js'
import { readBy, weightsReadBy } from '../dsl/read-by.js'
import type { RowPart } from '../values/row-parts.js'
import { ownRows, partsOf } from '../values/row-parts.js'
import { joinNamedRows, pickNamedRows, pickRows } from '../values/rows.js'
import type { Watch } from './watched-program.js'
import { originAfter, watchedProgram } from './watched-program.js'

/** A step in parts, and how many rows of the batch a part has. */
export interface MicroBatches {
  readonly step: MicroBatchedStep
  readonly rows: number
}

/**
 * A step that can be taken repeatedly. `kept` is the part of the training state that the engine does not hold: pass what
 * one step returns to the next one.
 */
export interface ReadyStep {
  readonly kept: NamedValues
  readonly take: (
    inputs: NamedValues,
    kept: NamedValues,
    /** The number of the step, from 1, for messages. */
    step: number,
  ) => Effect.Effect<{ readonly reported: NamedValues; readonly kept: NamedValues }>
  /** All of the state, by parameter. */
  readonly state: (kept: NamedValues) => Effect.Effect<NamedValues>
}

/** Everything that a step needs to be compiled. */
interface StepMaterial {
  readonly step: TrainStep
  readonly microBatches?: MicroBatches | undefined
  readonly sizes: Sizes
  /** Values of the parameters that are not trained. */
  readonly frozen: NamedValues
  readonly state: readonly EngineState[]
  /** Looks at each operation for numbers that are not finite; slower, and it needs some more memory. */
  readonly watch?: StepWatch | undefined
}

/** When a watched step fails. */
export interface StepWatch {
  readonly trigger: Watch['trigger']
  /** Parameters whose next values may be infinite. */
  readonly mayBeInfinite: ReadonlySet<string>
}

/** A program with how it is compiled, and how it is run once it is. */
interface Runnable {
  readonly program: Program
  readonly run: (executable: Executable, inputs: NamedValues, step: number) => Effect.Effect<NamedValues>
}

/**
 * A program as it is, or watched: its run then fails with `Diverged`, which names the first operation that made a number
 * that is not finite. `ofForward` names the outputs of the forward pass.
 */
const runnable = (
  program: Program,
  watch: Watch | undefined,
  ofForward: (output: string) => boolean,
): E.Either<Failure, Runnable> => {
  if (watch === undefined) return E.right({ program, run: (executable, inputs) => run(executable, inputs) })
  return pipe(
    watchedProgram(program, ofForward),
    E.bimap(programRejected('watched step'), (watched): Runnable => {
      const added = new Set(watched.watched.map(({ output }) => output))
      return {
        program: watched.program,
        run: (executable, inputs, step) =>
          pipe(
            run(executable, inputs),
            Effect.flatMapEither((outputs) => {
              const origin = originAfter(watched, outputs, watch)
              return origin === undefined
                ? E.right(R.filterWithIndex((name: string) => !added.has(name))(outputs))
                : E.left<Failure>({
                    tag: 'Diverged',
                    quantity: 'an element of a tensor',
                    step,
                    value: origin.made === 'NaN' ? Number.NaN : Infinity,
                    origin,
                  })
            }),
          ),
      }
    }),
  )
}

/** The whole step as one program, whose state the engine holds. Batches may differ in size, and hold more than is read. */
const withWhole = <A>(
  { step, sizes, frozen, state, watch }: StepMaterial,
  use: (ready: ReadyStep) => Effect.Effect<A>,
): Effect.Effect<A> => {
  const parameterOf = new Map(step.carried.map(({ parameter, output }) => [output, parameter]))
  const mustBeFinite = (output: string, { shape }: Node): boolean => {
    const parameter = parameterOf.get(output)
    return parameter === undefined ? shape.length === 0 : watch?.mayBeInfinite.has(parameter) !== true
  }
  return pipe(
    Effect.fromEither(
      runnable(
        step.program,
        watch && { trigger: watch.trigger, mustBeFinite },
        (output) => !parameterOf.has(output),
      ),
    ),
    Effect.flatMap(({ program, run: runStep }) =>
      withResizableExecutable(program, { sizes, weights: frozen, state }, (executable) =>
        use({
          kept: {},
          take: (inputs, kept, count) =>
            pipe(
              runStep(executable, readBy(step.program, inputs), count),
              Effect.map((reported) => ({ reported, kept })),
            ),
          state: () => readState(executable),
        }),
      ),
    ),
  )
}

/** Names of the inputs that have rows. */
const rowInputs = ({ inputs }: Program, symbol: string): ReadonlySet<string> =>
  new Set(inputs.filter(({ shape }) => shape[0] === symbol).map(({ attributes: { name } }) => name))

/** The values that a program reads; values with rows are cut to the rows of one part. */
const partialInputs = (
  program: Program,
  symbol: string,
  values: NamedValues,
  { rows }: RowPart,
): NamedValues => {
  const tables = rowInputs(program, symbol)
  return R.mapWithIndex((name: string, value: TensorValue) =>
    tables.has(name) ? pickRows(value, rows) : value,
  )(readBy(program, values))
}

/** A table with zeros in all rows but those of one part. */
const withoutOthers = (table: TensorValue, own: number): TensorValue => {
  const [rows = 1] = table.shape
  if (table.dtype !== 'f32' || own === rows) return table
  return { ...table, data: table.data.map((x, i) => (i < (own * table.data.length) / rows ? x : 0)) }
}

/** A value as files store it, so that a run that is resumed from a file continues exactly. */
const asKept = (value: TensorValue): TensorValue =>
  value.dtype === 'f32' ? { ...value, data: inSinglePrecision(value.data) } : value

/** The four programs of a step in parts. */
type PartName = 'forward' | 'loss' | 'vjp' | 'update'

/** Runs one of the programs. */
type RunPart = (part: PartName, inputs: NamedValues, step: number) => Effect.Effect<NamedValues>

const isGradient = (name: string): boolean => name.startsWith(cacheNames.gradient(''))

/** One step: representations part by part, the loss of all, gradients part by part, the update. */
const takeInParts = (
  { step, rows }: MicroBatches,
  carried: readonly Carried[],
  total: number,
  runPart: RunPart,
): ReadyStep['take'] => {
  const parts = partsOf(total, rows)
  const cotangentNames = Array.from({ length: step.representations }, (_, i) => cacheNames.cotangent(i))
  return (inputs, kept, count) => {
    const known = { ...inputs, ...kept }
    const represented = pipe(
      parts,
      Effect.traverseArray((part) =>
        pipe(
          yieldControl,
          Effect.flatMap(() =>
            runPart('forward', partialInputs(step.forward, step.rows, known, part), count),
          ),
          Effect.map((rowsOfPart) => pickNamedRows(rowsOfPart, ownRows(part))),
        ),
      ),
    )
    const pulledBack = (judged: NamedValues) =>
      pipe(
        parts,
        Effect.reduce(R.filterWithIndex(isGradient)(judged), (gradients, part) => {
          const given = partialInputs(step.vjp, step.rows, { ...known, ...judged, ...gradients }, part)
          const cotangents = R.mapWithIndex((name: string, value: TensorValue) =>
            cotangentNames.includes(name) ? withoutOthers(value, part.own) : value,
          )(given)
          return pipe(
            yieldControl,
            Effect.flatMap(() => runPart('vjp', cotangents, count)),
            Effect.map((next) => ({ ...gradients, ...next })),
          )
        }),
      )
    return pipe(
      Effect.Do,
      Effect.bind('representations', () => represented),
      Effect.bind('judged', ({ representations }) =>
        runPart('loss', readBy(step.loss, { ...known, ...joinNamedRows(representations) }), count),
      ),
      Effect.bind('gradients', ({ judged }) => pulledBack(judged)),
      Effect.bind('next', ({ gradients }) =>
        runPart('update', readBy(step.update, { ...kept, ...gradients }), count),
      ),
      Effect.map(({ judged, next }) => ({
        reported: R.filterWithIndex(
          (name: string) =>
            !isGradient(name) &&
            !cotangentNames.includes(name) &&
            !carried.some(({ output }) => output === name),
        )(judged),
        kept: Object.fromEntries(
          carried.flatMap(({ parameter, output }) => {
            const value = next[output] ?? judged[output]
            return value === undefined ? [] : [[parameter, asKept(value)] as const]
          }),
        ),
      })),
    )
  }
}

/** The step in parts. Its state stays outside of the engine, because all four programs read it. */
const withParts = <A>(
  { step, sizes, frozen, state, watch }: StepMaterial,
  microBatches: MicroBatches,
  use: (ready: ReadyStep) => Effect.Effect<A>,
): Effect.Effect<A> => {
  const parts = microBatches.step
  const parameterOf = new Map(step.carried.map(({ parameter, output }) => [output, parameter]))
  const part = (name: PartName) =>
    runnable(
      parts[name],
      watch && {
        trigger: watch.trigger,
        mustBeFinite: (output) => !watch.mayBeInfinite.has(parameterOf.get(output) ?? ''),
      },
      () => name === 'forward' || name === 'loss',
    )
  const compiled = ({ program }: Runnable, rows?: number) => ({
    program,
    options: {
      sizes: rows === undefined ? sizes : { ...sizes, [parts.rows]: rows },
      weights: weightsReadBy(program, frozen),
      state: [],
    },
  })
  return pipe(
    Effect.Do,
    Effect.bindEither('forward', () => part('forward')),
    Effect.bindEither('loss', () => part('loss')),
    Effect.bindEither('vjp', () => part('vjp')),
    Effect.bindEither('update', () => part('update')),
    Effect.flatMap((runnables) =>
      withExecutables(
        {
          forward: compiled(runnables.forward, microBatches.rows),
          loss: compiled(runnables.loss),
          vjp: compiled(runnables.vjp, microBatches.rows),
          update: compiled(runnables.update),
        },
        (executables) =>
          use({
            kept: Object.fromEntries(state.map(({ parameter, initial }) => [parameter, asKept(initial)])),
            take: takeInParts(microBatches, step.carried, sizes[parts.rows] ?? 1, (name, inputs, count) =>
              runnables[name].run(executables[name], inputs, count),
            ),
            state: Effect.of,
          }),
      ),
    ),
  )
}

/** Compiles a step, uses it, and frees what the engine holds for it. */
export const withStep = <A>(
  material: StepMaterial,
  use: (ready: ReadyStep) => Effect.Effect<A>,
): Effect.Effect<A> =>
  material.microBatches === undefined
    ? withWhole(material, use)
    : withParts(material, material.microBatches, use)
