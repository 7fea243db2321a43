/** A training step on the engine, ready to be taken: as one program, or in micro-batches. */
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import { cacheNames } from '../dsl/transformations/gradient-cache.js'
import type { Sizes } from '../shapes/dim.js'
import type { Program } from '../dsl/program.js'
import type { TensorValue } from '../values/value.js'
import { inSinglePrecision } from '../values/value.js'
import type { MicroBatchedStep } from '../optimizers/micro-batched-step.js'
import type { Carried, TrainStep } from '../optimizers/train-step.js'
import * as Effect from '../effects/effect.js'
import type { EngineState, Executable } from '../engines/engine.js'
import type { NamedValues } from '../values/named-values.js'
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
}

/** The whole step as one program, whose state the engine holds. Batches may differ in size, and hold more than is read. */
const withWhole = <A>(
  { step, sizes, frozen, state }: StepMaterial,
  use: (ready: ReadyStep) => Effect.Effect<A>,
): Effect.Effect<A> =>
  withResizableExecutable(step.program, { sizes, weights: frozen, state }, (executable) =>
    use({
      kept: {},
      take: (inputs, kept) =>
        pipe(
          run(executable, readBy(step.program, inputs)),
          Effect.map((reported) => ({ reported, kept })),
        ),
      state: () => readState(executable),
    }),
  )

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
interface Compiled {
  readonly forward: Executable
  readonly loss: Executable
  readonly vjp: Executable
  readonly update: Executable
}

const isGradient = (name: string): boolean => name.startsWith(cacheNames.gradient(''))

/** One step: representations part by part, the loss of all, gradients part by part, the update. */
const takeInParts = (
  { step, rows }: MicroBatches,
  carried: readonly Carried[],
  total: number,
  { forward, loss, vjp, update }: Compiled,
): ReadyStep['take'] => {
  const parts = partsOf(total, rows)
  const cotangentNames = Array.from({ length: step.representations }, (_, i) => cacheNames.cotangent(i))
  return (inputs, kept) => {
    const known = { ...inputs, ...kept }
    const represented = pipe(
      parts,
      Effect.traverseArray((part) =>
        pipe(
          yieldControl,
          Effect.flatMap(() => run(forward, partialInputs(step.forward, step.rows, known, part))),
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
            Effect.flatMap(() => run(vjp, cotangents)),
            Effect.map((next) => ({ ...gradients, ...next })),
          )
        }),
      )
    return pipe(
      Effect.Do,
      Effect.bind('representations', () => represented),
      Effect.bind('judged', ({ representations }) =>
        run(loss, readBy(step.loss, { ...known, ...joinNamedRows(representations) })),
      ),
      Effect.bind('gradients', ({ judged }) => pulledBack(judged)),
      Effect.bind('next', ({ gradients }) => run(update, readBy(step.update, { ...kept, ...gradients }))),
      Effect.map(({ judged, next }) => ({
        reported: R.filterWithIndex((name: string) => !isGradient(name) && !cotangentNames.includes(name))(
          judged,
        ),
        kept: Object.fromEntries(
          carried.flatMap(({ parameter, output }) => {
            const value = next[output]
            return value === undefined ? [] : [[parameter, asKept(value)] as const]
          }),
        ),
      })),
    )
  }
}

/** The step in parts. Its state stays outside of the engine, because all four programs read it. */
const withParts = <A>(
  { step, sizes, frozen, state }: StepMaterial,
  microBatches: MicroBatches,
  use: (ready: ReadyStep) => Effect.Effect<A>,
): Effect.Effect<A> => {
  const parts = microBatches.step
  const compiled = (program: Program, rows?: number) => ({
    program,
    options: {
      sizes: rows === undefined ? sizes : { ...sizes, [parts.rows]: rows },
      weights: weightsReadBy(program, frozen),
      state: [],
    },
  })
  return withExecutables(
    {
      forward: compiled(parts.forward, microBatches.rows),
      loss: compiled(parts.loss),
      vjp: compiled(parts.vjp, microBatches.rows),
      update: compiled(parts.update),
    },
    (executables) =>
      use({
        kept: Object.fromEntries(state.map(({ parameter, initial }) => [parameter, asKept(initial)])),
        take: takeInParts(microBatches, step.carried, sizes[parts.rows] ?? 1, executables),
        state: Effect.of,
      }),
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
