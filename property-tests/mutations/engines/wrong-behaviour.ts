/** Engines whose runs, state, refusals or disposal are wrong. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { EngineFailed, EngineFailure } from '../../../src/engines/failure.js'
import { referenceEngine } from '../../../src/engines/reference/engine.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import * as R from '../../../src/values/record.js'
import type { TensorValue } from '../../../src/values/value.js'
import { zeros } from '../../../src/values/value.js'
import type { PlantedEngineFault } from './faulty-engine.js'
import { executing, keepingItsState } from './faulty-engine.js'

const failed = (reason: string): EngineFailed => ({
  tag: 'EngineFailed',
  engine: 'faulty',
  stage: 'run',
  reason,
  advice: 'none',
})

/** Whether a failure is about a tensor that is missing, unknown or of another type. */
const isAboutInputs = ({ tag }: EngineFailure): boolean =>
  tag === 'TensorMissing' || tag === 'TensorUnexpected' || tag === 'ShapeMismatch'

export const wrongBehaviour: readonly PlantedEngineFault[] = [
  {
    fault: 'ids outside their axis are accepted',
    foundBy: 'refusals: gather',
    engine: executing(({ run }) => ({
      run: (inputs) =>
        pipe(
          run(inputs),
          TE.orElse((failure) =>
            failure.tag === 'ProgramRejected' ? TE.right<EngineFailure, NamedValues>({}) : TE.left(failure),
          ),
        ),
    })),
  },
  {
    fault: 'wrong inputs are refused as failures of the engine',
    foundBy: 'refusals: add',
    engine: executing(({ run }) => ({
      run: (inputs) =>
        pipe(
          run(inputs),
          TE.mapLeft((failure) => (isAboutInputs(failure) ? failed('wrong inputs') : failure)),
        ),
    })),
  },
  {
    fault: 'unknown inputs are ignored',
    foundBy: 'refusals: exp',
    engine: executing(({ run }, { declared, inputs: known }) => ({
      run: (inputs) => {
        const names = new Set([...declared, ...known.map(({ attributes: { name } }) => name)])
        return run(R.filterWithIndex((name: string) => names.has(name))(inputs))
      },
    })),
  },
  {
    fault: 'a wrong input breaks the program for all later runs',
    foundBy: 'refusals: tanh',
    engine: executing(({ run }) => {
      let broken = false
      return {
        run: (inputs) =>
          broken
            ? TE.left(failed('broken'))
            : pipe(
                run(inputs),
                TE.mapLeft((failure) => {
                  if (failure.tag === 'TensorUnexpected') broken = true
                  return failure
                }),
              ),
      }
    }),
  },
  {
    fault: 'a failure is thrown',
    foundBy: 'refusals: ids outside their axis',
    engine: executing(({ run }) => ({
      run: (inputs) => () =>
        run(inputs)().then((outcome) => {
          if (E.isLeft(outcome)) throw new Error('thrown')
          return outcome
        }),
    })),
  },
  {
    fault: 'the state stays as it was',
    foundBy: 'state: is carried from run to run, and is not among the results',
    engine: keepingItsState,
  },
  {
    fault: 'the state is among the results',
    foundBy: 'state: is carried from run to run, and is not among the results',
    engine: executing(({ run, readState }) => ({
      run: (inputs) =>
        pipe(
          TE.Do,
          TE.bind('results', () => run(inputs)),
          TE.bind('state', () => readState()),
          TE.map(({ results, state }) => ({ ...results, ...state })),
        ),
    })),
  },
  {
    fault: 'a run that fails changes the state',
    foundBy: 'state: is unchanged by a run that fails',
    engine: executing(({ run, readState, writeState }) => ({
      run: (inputs) => () =>
        run(inputs)().then(async (outcome) => {
          if (E.isLeft(outcome)) {
            const state = await readState()()
            if (E.isRight(state))
              await writeState(R.map(({ dtype, shape }: TensorValue) => zeros(dtype, shape))(state.right))()
          }
          return outcome
        }),
    })),
  },
  {
    fault: 'state that is read shares memory with the state',
    foundBy: 'state: shares no memory with what it was given or gives',
    engine: executing(({ readState, writeState }) => {
      let shared: NamedValues | undefined
      return {
        writeState: (values) => {
          shared = values
          return writeState(values)
        },
        readState: () => (shared === undefined ? readState() : TE.right(shared)),
      }
    }),
  },
  {
    fault: 'results of the first run are given again',
    foundBy: 'state: is carried from run to run, and is not among the results',
    engine: executing(({ run }) => {
      let first: NamedValues | undefined
      return {
        run: (inputs) =>
          pipe(
            run(inputs),
            TE.map((results) => (first ??= results)),
          ),
      }
    }),
  },
  {
    fault: 'a program runs after it was disposed of',
    foundBy: 'refusals: runs after disposal; a second disposal is allowed',
    engine: executing(() => ({ dispose: () => TE.right(undefined) })),
  },
  {
    fault: 'a second disposal fails',
    foundBy: 'refusals: runs after disposal; a second disposal is allowed',
    engine: executing(({ dispose }) => {
      let disposed = false
      return {
        dispose: () => {
          if (disposed) return TE.left(failed('disposed twice'))
          disposed = true
          return dispose()
        },
      }
    }),
  },
  {
    fault: 'parameters without values are 0',
    foundBy: 'refusals: programs without the values of their parameters',
    engine: {
      name: 'faulty',
      compile: (program, options) =>
        pipe(
          referenceEngine.compile(program, options),
          TE.orElse((failure) =>
            failure.tag === 'TensorMissing'
              ? TE.right({
                  run: () => TE.right({}),
                  readState: () => TE.right({}),
                  writeState: () => TE.right(undefined),
                  dispose: () => TE.right(undefined),
                })
              : TE.left(failure),
          ),
        ),
    },
  },
  {
    fault: 'tensors without elements are refused',
    foundBy: 'shapes: operands without elements',
    engine: executing(({ run }) => ({
      run: (inputs) =>
        Object.values<TensorValue>(inputs).some(({ data }) => data.length === 0)
          ? TE.left(failed('a tensor has no elements'))
          : run(inputs),
    })),
  },
]
