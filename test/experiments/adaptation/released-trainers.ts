/** Runs whose learning rates are compared with those of the released trainers, as PyTorch gives them. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { failure } from 'io-ts/lib/PathReporter.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { inPackage, pythonCommand } from '../../../bench/peer-command.js'
import type { MethodConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import { methodConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import { askPython } from '../../support/ask-python.js'

/** Steps that are compared. */
export const comparedSteps = 300

export interface ReleasedTrainer {
  readonly name: string
  readonly configuration: MethodConfiguration
  readonly stepsPerEpoch: number
}

const [reference, paper, dapl] = [
  methodConfiguration('ad-clip', 'reference'),
  methodConfiguration('ad-clip', 'paper'),
  methodConfiguration('dapl'),
]

/** The methods as they are by default, then other numbers in the same trainers. */
export const releasedTrainers: readonly ReleasedTrainer[] = [
  { name: 'AD-CLIP', configuration: reference, stepsPerEpoch: 151 },
  { name: 'DAPL', configuration: dapl, stepsPerEpoch: 75 },
  { name: 'CoOp', configuration: methodConfiguration('coop'), stepsPerEpoch: 3 },
  { name: 'CoCoOp', configuration: methodConfiguration('cocoop'), stepsPerEpoch: 28 },
  { name: 'AD-CLIP, once per epoch', configuration: paper, stepsPerEpoch: 6 },
  {
    name: 'AD-CLIP, once per epoch, a longer warm-up',
    configuration: { ...paper, warmUpEpochs: 3, epochs: 20 },
    stepsPerEpoch: 5,
  },
  {
    name: 'DAPL, without warm-up, seven epochs',
    configuration: { ...dapl, warmUpEpochs: 0, epochs: 7 },
    stepsPerEpoch: 75,
  },
  { name: 'AD-CLIP, one epoch', configuration: { ...reference, epochs: 1 }, stepsPerEpoch: comparedSteps },
]

/** PyTorch's version and, for each trainer, its rates, as they were when they were stored. */
export const storedRates = t.type({ pytorch: t.string, rates: t.record(t.string, t.array(t.number)) })
export const storedRatesPath = inPackage('test', 'experiments', 'adaptation', 'released-learning-rates.json')

const answerCodec = t.union([
  t.type({ tag: t.literal('Skipped'), reason: t.string }),
  t.type({ tag: t.literal('Answered'), version: t.string, rates: t.array(t.array(t.number)) }),
])

/** The rates of all trainers as PyTorch gives them now. Left: why it gives none. */
export const ratesOfPyTorch: TE.TaskEither<string, t.TypeOf<typeof storedRates>> = pipe(
  askPython(
    pythonCommand('learning_rates.py'),
    JSON.stringify(
      releasedTrainers.map(({ configuration, stepsPerEpoch }) => ({
        peak: configuration.learningRate,
        epochs: configuration.epochs,
        warmUpEpochs: configuration.warmUpEpochs,
        warmUpRate: configuration.warmUpRate,
        schedule: configuration.schedule,
        stepsPerEpoch,
        steps: comparedSteps,
      })),
    ),
  ),
  TE.flatMapEither((said) =>
    pipe(
      answerCodec.decode(JSON.parse(said)),
      E.mapLeft((errors) => failure(errors).join('; ')),
    ),
  ),
  TE.flatMapEither((answer) =>
    answer.tag === 'Skipped'
      ? E.left(answer.reason)
      : E.right({
          pytorch: answer.version,
          rates: Object.fromEntries(
            releasedTrainers.map(({ name }, i) => [name, answer.rates[i] ?? []] as const),
          ),
        }),
  ),
)
