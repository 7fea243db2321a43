/** Programs of this library, compiled and ready to run. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../src/dsl/index.js'
import { programOfNodes } from '../src/dsl/index.js'
import type { TensorValue } from '../src/values/value.js'
import type { Engine } from '../src/engines/engine.js'
import type { NamedValues } from '../src/values/named-values.js'
import type { EngineName } from '../src/engines/catalogue.js'
import { catalogue, engineNames } from '../src/engines/catalogue.js'
import { precisions } from '../src/engines/precision.js'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import { explain } from '../src/effects/explain.js'
import type { TrainStep } from '../src/optimizers/index.js'
import { drawnValues } from './ad-clip-step.js'

/** One run; what went wrong, if anything did. */
export type Run = () => Promise<string | undefined>

/** Two threads: what the peers are given, too. */
export const threads = 2

export const say = (problem: unknown): string =>
  typeof problem === 'string' ? problem : JSON.stringify(problem).slice(0, 300)

type Step = Pick<TrainStep, 'program' | 'carried' | 'initialState'>
type Sizes = Readonly<Record<string, number>>

const chosenEngine = (): EngineName | undefined =>
  engineNames.find((known) => known === process.env['BENCH_ENGINE'])

export const usualEngineName = (): EngineName => chosenEngine() ?? 'onnx'

/** ONNX Runtime on the processor, unless `BENCH_ENGINE` names another; in float32, unless `BENCH_PRECISION` says so. */
export const usualEngine = (): Engine => {
  const name = chosenEngine()
  const precision = precisions.find((known) => known === process.env['BENCH_PRECISION'])
  return name === undefined ? onnxEngine({ threads }) : catalogue[name].engine({ precision })
}

/** Compiled; the inputs are the same in every run. */
export const compiled = async (
  { program, carried }: Step,
  sizes: Sizes,
  inputs: NamedValues,
  values: NamedValues,
  engine: Engine = usualEngine(),
): Promise<E.Either<string, Run>> => {
  const stateNames = new Set(carried.map(({ parameter: name }) => name))
  const scalar: TensorValue = { dtype: 'f32', shape: [], data: new Float32Array(1) }
  const executable = await engine.compile(program, {
    sizes,
    weights: Object.fromEntries(Object.entries(values).filter(([name]) => !stateNames.has(name))),
    state: carried.map((each) => ({ ...each, initial: values[each.parameter] ?? scalar })),
  })()
  if (E.isLeft(executable)) return E.left(explain(executable.left))
  const read = Object.fromEntries(
    program.inputs.map(({ attributes: { name } }) => [name, inputs[name] ?? scalar]),
  )
  return E.right(async () => {
    const outcome = await executable.right.run(read)()
    return E.isLeft(outcome) ? explain(outcome.left) : undefined
  })
}

const emptyProgram = (): E.Either<string, Program> => E.mapLeft(say)(programOfNodes({}))

export const compiledProgram = (
  whole: E.Either<unknown, Program>,
  sizes: Sizes,
  inputs: NamedValues,
  engine?: Engine,
): Promise<E.Either<string, Run>> =>
  pipe(
    TE.Do,
    TE.bind('program', () => TE.fromEither(E.mapLeft(say)(whole))),
    TE.bind('initialState', () => TE.fromEither(emptyProgram())),
    TE.chain((parts) => () => {
      const step = { ...parts, carried: [] }
      return compiled(step, sizes, inputs, drawnValues(step, sizes), engine)
    }),
  )()
