/** What a program of the playground exports: its tensors, programs and steps, which are shown, and an effect, which is run. */
import * as E from 'fp-ts/lib/Either.js'
import type { AnyTensor, Fault, Program } from 'tensile'
import { programOfNodes } from 'tensile'
import type { Effect } from 'tensile/effects/web'
import type { TrainStep } from 'tensile/optimizers'

/** Exports of a module, as the browser gives them. */
export type Exports = Readonly<Record<string, unknown>>

/** A program that is shown, under a name. */
export interface Shown {
  readonly name: string
  readonly program: E.Either<Fault, Program>
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isTensor = (value: unknown): value is AnyTensor =>
  isObject(value) && isObject(value['node']) && typeof value['dtype'] === 'string'

const isProgram = (value: unknown): value is Program =>
  isObject(value) && Array.isArray(value['inputs']) && isObject(value['outputs'])

const isStep = (value: unknown): value is TrainStep =>
  isObject(value) && isProgram(value['program']) && Array.isArray(value['carried'])

const isFault = (value: unknown): value is Fault => isObject(value) && typeof value['message'] === 'string'

const effectTags: ReadonlySet<unknown> = new Set(['Done', 'Perform', 'Followed'])

const isEffect = (value: unknown): value is Effect.Effect<unknown> =>
  isObject(value) && effectTags.has(value['tag'])

const isEither = (value: unknown): value is E.Either<unknown, unknown> =>
  isObject(value) && (value['_tag'] === 'Left' || value['_tag'] === 'Right')

/** A program, a step, or an outcome that gives one of them. */
const programIn = (value: unknown): E.Either<Fault, Program> | undefined => {
  if (isEither(value)) {
    if (E.isRight(value)) return programIn(value.right)
    return isFault(value.left) ? E.left(value.left) : undefined
  }
  if (isStep(value)) return E.right(value.program)
  return isProgram(value) ? E.right(value) : undefined
}

/** The exported tensors by name. */
export const exportedTensors = (exports: Exports): Readonly<Record<string, AnyTensor>> =>
  Object.fromEntries(
    Object.entries(exports).flatMap(([name, value]) => (isTensor(value) ? [[name, value] as const] : [])),
  )

/** All exported tensors as one program, then the exported programs and the programs of exported steps. */
export const shownPrograms = (exports: Exports): readonly Shown[] => {
  const tensors = Object.entries(exportedTensors(exports))
  const together: readonly Shown[] =
    tensors.length === 0
      ? []
      : [
          {
            name: tensors.map(([name]) => name).join(', '),
            program: programOfNodes(Object.fromEntries(tensors.map(([name, { node }]) => [name, node]))),
          },
        ]
  return [
    ...together,
    ...Object.entries(exports).flatMap(([name, value]) => {
      const program = programIn(value)
      return program === undefined ? [] : [{ name, program }]
    }),
  ]
}

/** The first exported effect. */
export const exportedEffect = (exports: Exports): Effect.Effect<unknown> | undefined =>
  Object.values(exports).find(isEffect)
