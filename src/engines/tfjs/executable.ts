/** A program compiled by the engine `tfjs`: its plan, and its weights and state, which stay with the backend between runs. */
import type { Tensor } from '@tensorflow/tfjs-core'
import * as E from 'fp-ts/lib/Either.js'
import { identity, pipe } from 'fp-ts/lib/function.js'
import * as R from '../../values/record.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { DType, TensorValue } from '../../values/value.js'
import type { EngineState, Executable } from '../engine.js'
import type { NamedValues } from '../../values/named-values.js'
import type { EngineFailed, EngineFailure } from '../failure.js'
import { usedAfterDisposal } from '../failure.js'
import type { Ports } from '../ports.js'
import { checkValues } from '../check-values.js'
import type { Turns } from '../one-at-a-time.js'
import type { Backend } from './backend.js'
import { engineName, thrown } from './failed.js'
import type { TfjsTensors, Walk } from './interpret.js'
import { runProgram } from './interpret.js'
import { selectBackend, takeDeviceError } from './load.js'
import type { TensorFlow } from './tensor.js'
import { tensorOf, valueOf } from './tensor.js'

const disposeAll = (tensors: TfjsTensors): void => {
  for (const tensor of Object.values(tensors)) tensor.dispose()
}

/** Tensors of these values. If one cannot be made, the others are disposed of. */
const tensorsOf = (tf: TensorFlow, values: NamedValues): TfjsTensors =>
  tf.tidy(() =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tensorOf(tf, value)])),
  )

const valuesOf = async (tensors: TfjsTensors, dtypeOf: (name: string) => DType): Promise<NamedValues> => {
  const values: (readonly [string, TensorValue])[] = []
  for (const [name, tensor] of Object.entries(tensors))
    values.push([name, await valueOf(tensor, dtypeOf(name))])
  return Object.fromEntries(values)
}

export interface TfjsExecutableParts {
  readonly tf: TensorFlow
  readonly backend: Backend
  readonly inTurn: Turns
  readonly walk: Walk
  readonly ports: Ports
  /** Names of all declared inputs, also of those that no output needs. */
  readonly declared: readonly string[]
  readonly weights: NamedValues
  readonly state: readonly EngineState[]
}

/** The tensors that stay with the backend between runs, by parameter. */
interface Kept {
  readonly weights: TfjsTensors
  readonly state: TfjsTensors
}

/** Uploads weights and state. Throws what the library throws; then no tensor is left. */
export const tfjsExecutable = ({
  tf,
  backend,
  inTurn,
  walk,
  ports: { inputs, parameters, outputs },
  declared,
  weights,
  state,
}: TfjsExecutableParts): Executable => {
  const initial = Object.fromEntries(state.map((entry) => [entry.parameter, entry.initial]))
  const carried = new Set(state.map(({ output }) => output))
  const stateWanted = parameters.filter(({ name }) => Object.hasOwn(initial, name))
  const dtypes = new Map(parameters.map(({ name, dtype }) => [name, dtype]))
  let kept: Kept | undefined = tf.tidy(() => ({
    weights: tensorsOf(tf, weights),
    state: tensorsOf(tf, initial),
  }))

  /** Runs a task in its turn, with the backend selected; fails after disposal. */
  const whileLive = <A>(
    stage: EngineFailed['stage'],
    task: (live: Kept) => Promise<E.Either<EngineFailure, A>>,
  ): TE.TaskEither<EngineFailure, A> =>
    inTurn(
      pipe(
        TE.fromIOEither<EngineFailure, Kept>(() =>
          E.fromNullable(usedAfterDisposal(engineName(backend)))(kept),
        ),
        TE.chainFirstW(() => selectBackend(tf, backend)),
        TE.chainW((live) => TE.tryCatch(() => task(live), thrown(backend, stage))),
        TE.chainEitherKW(identity),
      ),
    )

  const keepState = (live: Kept, next: TfjsTensors): void => {
    disposeAll(live.state)
    kept = { ...live, state: next }
  }

  const nextState = (results: TfjsTensors): TfjsTensors =>
    tf.tidy(() =>
      Object.fromEntries(
        state.flatMap(({ parameter, output }): [string, Tensor][] => {
          const next = results[output]
          return next === undefined ? [] : [[parameter, next.clone()]]
        }),
      ),
    )

  const runOnce = async (live: Kept, given: NamedValues): Promise<E.Either<EngineFailure, NamedValues>> => {
    const fed = tensorsOf(
      tf,
      Object.fromEntries(
        Object.entries(given).filter(([name]) => inputs.some((input) => input.name === name)),
      ),
    )
    const leaves: TfjsTensors = { ...live.weights, ...live.state, ...fed }
    try {
      const outcome = await runProgram(
        tf,
        walk,
        ({ attributes: { name } }) => leaves[name] ?? tf.scalar(Number.NaN),
      )
      if (E.isLeft(outcome)) return outcome
      try {
        const shown = R.filterWithIndex((name: string) => !carried.has(name))(outcome.right)
        const results = await valuesOf(shown, (name) => outputs[name]?.dtype ?? 'f32')
        const reported = takeDeviceError()
        if (reported !== undefined) return E.left(thrown(backend, 'run')(reported))
        keepState(live, nextState(outcome.right))
        return E.right(results)
      } finally {
        disposeAll(outcome.right)
      }
    } finally {
      disposeAll(fed)
    }
  }

  return {
    run: (given) =>
      whileLive('run', async (live) => {
        const checked = checkValues(inputs, given, 'inputs', declared)
        return E.isLeft(checked) ? checked : runOnce(live, given)
      }),
    readState: () =>
      whileLive('state', async (live) =>
        E.right(await valuesOf(live.state, (name) => dtypes.get(name) ?? 'f32')),
      ),
    writeState: (values) =>
      whileLive('state', (live) =>
        Promise.resolve(
          pipe(
            checkValues(stateWanted, values, 'state'),
            E.map(() => keepState(live, tensorsOf(tf, values))),
          ),
        ),
      ),
    dispose: () =>
      inTurn(
        TE.fromIO(() => {
          if (kept === undefined) return
          disposeAll(kept.weights)
          disposeAll(kept.state)
          kept = undefined
        }),
      ),
  }
}
