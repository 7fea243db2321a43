/** Checks that a program of each primitive refuses wrong inputs, each with its tag, and runs with right ones afterwards. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as fc from 'fast-check'
import type { Dim } from '../shapes/dim.js'
import { knownSize } from '../shapes/dim.js'
import type { Application } from '../laws/arbitraries/application.js'
import { allOps, arbitraryApplication } from '../laws/arbitraries/application.js'
import type { Engine, Executable } from '../engines/engine.js'
import type { EngineFailure } from '../engines/failure.js'
import { reasonOf } from '../engines/reason-of.js'
import type { NamedValues } from '../values/named-values.js'
import * as R from '../values/record.js'
import type { DType, TensorValue } from '../values/value.js'
import { tensorValue } from '../values/value.js'
import { answered, compileOptionsOf, namedIn } from './agreement.js'
import type { ConformanceCheck } from './check.js'
import { drawnNormal } from './drawn-values.js'

type Tag = EngineFailure['tag']

/** Inputs that must be refused, and the tags that a failure may have. */
export interface WrongInputs {
  readonly what: string
  readonly inputs: NamedValues
  readonly tags: readonly Tag[]
}

const otherType: Readonly<Record<DType, DType>> = { f32: 'i32', i32: 'f32', bool: 'f32' }

const inOtherType = ({ dtype, shape, data }: TensorValue): TensorValue =>
  tensorValue(otherType[dtype], shape, data)

const withOneMoreAxis = (value: TensorValue): TensorValue => ({ ...value, shape: [...value.shape, 1] })

/** The size of the axis that the second operand's elements are positions of; undefined if they are none. */
const axisOfIds = ({ node, sizes }: Application): number | undefined => {
  const sizeOf = (dim: Dim | undefined): number => (dim === undefined ? 0 : knownSize(sizes)(dim))
  switch (node.op) {
    case 'gather':
    case 'takeAlongAxis':
      return sizeOf(node.operands[0]?.shape[node.attributes.axis])
    case 'scatterAdd':
    case 'scatterMax':
    case 'scatterAlongAxis':
      return sizeOf(node.attributes.size)
    default:
      return undefined
  }
}

const strayIds = (application: Application, inputs: NamedValues): readonly WrongInputs[] => {
  const [size, ids] = [axisOfIds(application), inputs['x1']]
  return size === undefined || ids === undefined || ids.data.length === 0
    ? []
    : [-1, size].map((id) => ({
        what: `an id of ${id} for an axis of ${size}`,
        inputs: { ...inputs, x1: tensorValue(ids.dtype, ids.shape, [...ids.data.slice(1), id]) },
        // The oracle refuses the program at these values; libraries fail while they run it.
        tags: ['ProgramRejected', 'EngineFailed'],
      }))
}

/** Everything that a program of one primitive must refuse, made from inputs that it accepts. */
export const wrongInputsOf = (application: Application, inputs: NamedValues): readonly WrongInputs[] => [
  ...Object.entries(inputs).flatMap(([name, value]): readonly WrongInputs[] => [
    {
      what: `no ${name}`,
      inputs: R.filterWithIndex((other: string) => other !== name)(inputs),
      tags: ['TensorMissing'],
    },
    {
      what: `${name} in another element type`,
      inputs: { ...inputs, [name]: inOtherType(value) },
      tags: ['ShapeMismatch'],
    },
    {
      what: `${name} with one more axis`,
      inputs: { ...inputs, [name]: withOneMoreAxis(value) },
      tags: ['ShapeMismatch'],
    },
  ]),
  {
    what: 'an unknown input',
    inputs: { ...inputs, unknown: drawnNormal([1]) },
    tags: ['TensorUnexpected'],
  },
  ...strayIds(application, inputs),
]

const isRefused =
  (executable: Executable) =>
  ({ what, inputs, tags }: WrongInputs): TE.TaskEither<string, void> =>
    pipe(
      TE.tryCatch(
        () => executable.run(inputs)(),
        (cause) => `${what}: it throws instead of failing with a value: ${reasonOf(cause)}`,
      ),
      TE.chainEitherK(
        E.fold(
          ({ tag }) =>
            tags.includes(tag)
              ? E.right(undefined)
              : E.left(`${what} is refused with ${tag} instead of ${tags.join(' or ')}`),
          () => E.left(`${what} is accepted`),
        ),
      ),
    )

const refusesWrongInputs = (engine: Engine, application: Application): TE.TaskEither<string, void> => {
  const { program, values } = application
  const inputs = namedIn(program.inputs, values)
  return pipe(
    answered(engine.compile(program, compileOptionsOf(application))),
    TE.chain((executable) =>
      pipe(
        wrongInputsOf(application, inputs),
        TE.traverseSeqArray(isRefused(executable)),
        TE.chain(() =>
          pipe(
            answered(executable.run(inputs)),
            TE.mapLeft((message) => `after these refusals, right inputs: ${message}`),
          ),
        ),
        TE.chainFirst(() => answered(executable.dispose())),
        TE.map(() => undefined),
      ),
    ),
  )
}

export const refusalChecks: readonly ConformanceCheck[] = allOps.map((op) => ({
  area: 'refusals',
  subject: op,
  run: (engine, { runs, seed }) =>
    pipe(
      fc.sample(arbitraryApplication(op, { emptyAxes: false }), { seed, numRuns: Math.ceil(runs / 10) }),
      TE.traverseSeqArray((application) =>
        pipe(
          refusesWrongInputs(engine, application),
          TE.mapLeft((message) => `${message}\n${fc.stringify(application)}`),
        ),
      ),
      TE.map(() => undefined),
    ),
}))
