/** `--engine`, `--threads`: engines by name, or the fastest that works on this machine, and the threads that they take. */
import * as E from 'fp-ts/lib/Either.js'
import { Option } from 'commander'
import { pipe } from 'fp-ts/lib/function.js'
import { match } from 'ts-pattern'
import type { EngineName as CataloguedName } from '../../engines/catalogue.js'
import { catalogue, engineNames as cataloguedNames } from '../../engines/catalogue.js'
import type { Precision } from '../../engines/precision.js'
import type { Engine } from '../../engines/index.js'
import { referenceEngine } from '../../engines/reference/engine.js'
import { engineTrials } from '../engine-trials.js'
import type { CommandFailure } from '../explain-failure.js'
import { printNotice } from '../output.js'
import { wholeNumber } from './number-option.js'

export const engineChoices = ['auto', 'tfjs', ...cataloguedNames] as const
export type EngineChoice = (typeof engineChoices)[number]

export const engineOption = (): Option =>
  new Option(
    '--engine <name>',
    'engine that computes; auto: the fastest that works; tfjs: the fastest backend of TensorFlow.js; see: adclip engines',
  )
    .choices(engineChoices)
    .default('onnx')

/** The fastest of these engines. Prints the speeds on standard error. */
const fastest = async (
  option: EngineChoice,
  names: readonly CataloguedName[],
): Promise<E.Either<CommandFailure, CataloguedName>> => {
  const working = (await engineTrials(names))
    .filter(({ works }) => works)
    .toSorted((a, b) => (b.gigaflops ?? 0) - (a.gigaflops ?? 0))
  const [best] = working
  if (best === undefined) {
    return E.left({
      tag: 'OptionRefused',
      option: `--engine ${option}`,
      problem: `none of ${names.join(', ')} works on this machine`,
      advice: 'see why: adclip engines',
    })
  }
  const speeds = working.map(({ name, gigaflops = 0 }) => `${name} ${gigaflops}`).join(', ')
  printNotice(`engine: ${best.name} (${best.title}, on ${best.device}); matmul GFLOP/s: ${speeds}`)
  return E.right(best.name)
}

export const threadsOption = (): Option =>
  new Option(
    '--threads <n>',
    'threads of each operator of the engine, and of the decoding of images (default: one for each core)',
  ).argParser(wholeNumber(1))

/** The options of the engine, as they are given. */
export interface EngineChoices {
  readonly engine: EngineChoice
  readonly threads?: number | undefined
}

/** An engine, and the threads that it and the decoding of images may take; undefined: one for each core. */
export interface LoadedEngine {
  readonly engine: Engine
  readonly threads: number | undefined
}

const canTakeThreads = cataloguedNames.filter((name) => catalogue[name].takesThreads)

const canComputeIn = (precision: Precision): readonly CataloguedName[] =>
  cataloguedNames.filter((name) => catalogue[name].precisions.includes(precision))

/** Whether `auto` may choose an engine. The others exist for comparison. */
const isFast = (name: CataloguedName): boolean => name !== 'tfjs-cpu' && name !== 'reference'

/** The name of the engine that the option stands for. */
const chosenName = (
  { engine: name, threads }: EngineChoices,
  precision: Precision,
): Promise<E.Either<CommandFailure, CataloguedName>> =>
  match(name)
    .with('auto', () =>
      fastest(
        name,
        canComputeIn(precision).filter(
          (known) => isFast(known) && (threads === undefined || catalogue[known].takesThreads),
        ),
      ),
    )
    .with('tfjs', () =>
      fastest(
        name,
        cataloguedNames.filter((known) => known.startsWith('tfjs-')),
      ),
    )
    .otherwise((known) => Promise.resolve(E.right(known)))

/** The engine in a precision. Warns on standard error if half precision only rounds and is not faster. */
const inPrecision = (
  name: CataloguedName,
  precision: Precision,
  threads: number | undefined,
): E.Either<CommandFailure, Engine> => {
  const { engine, takesThreads, precisions: possible, device } = catalogue[name]
  if (threads !== undefined && !takesThreads) {
    return E.left({
      tag: 'OptionRefused',
      option: `--threads ${threads}`,
      problem: `'${name}' takes no number of threads`,
      advice: `leave it out, or use one of ${canTakeThreads.join(', ')}`,
    })
  }
  if (!possible.includes(precision)) {
    return E.left({
      tag: 'OptionRefused',
      option: `--precision ${precision}`,
      problem: `'${name}' computes in ${possible.join(' or ')} alone`,
      advice: `use one of ${canComputeIn(precision).join(', ')}`,
    })
  }
  if (precision !== 'float32' && device === 'processor') {
    printNotice(
      `engine: processors have no products in ${precision}; '${name}' rounds what goes in and comes out to it and ` +
        'computes in float32, which is not faster',
    )
  }
  return E.right(engine({ precision, threads }))
}

/** The engine that the options name. Fails if none works, if it lacks the precision, or if it takes no number of threads. */
export const loadEngine = async (
  choices: EngineChoices,
  precision: Precision = 'float32',
): Promise<E.Either<CommandFailure, LoadedEngine>> => {
  const { threads } = choices
  return pipe(
    await chosenName(choices, precision),
    E.chain((chosen) => inPrecision(chosen, precision, threads)),
    E.map((engine) => ({ engine, threads })),
  )
}

/** What a command runs with that computes no program. */
export const withoutEngine: E.Either<never, LoadedEngine> = E.right({
  engine: referenceEngine,
  threads: undefined,
})
