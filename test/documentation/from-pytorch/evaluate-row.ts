/** Our numbers of a row, by the reference in float64, and the values that both sides are given. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { AnyTensor, NamedValues, TensorValue } from '../../../src/dsl/index.js'
import { evaluate, programOfNodes, randomKey, tensor } from '../../../src/dsl/index.js'
import { normalInitialiser } from '../../../src/model/index.js'
import type { Numbers } from './numbers.js'
import { moments, storedElement } from './numbers.js'
import type { Result, Row } from './row.js'

const seed = randomKey.keyFromSeed(14)

/** The value of an input or parameter that a row gives none: of a key, of normal numbers. Fails for indices. */
const drawn = (name: string, dtype: string, shape: readonly number[]): E.Either<string, TensorValue> => {
  if (name === 'key') return E.right(tensor.key(0))
  return dtype === 'f32'
    ? E.right(normalInitialiser(seed, name, shape, 1))
    : E.left(`the row needs a value of '${name}', which is ${dtype}`)
}

const isTensor = (of: AnyTensor | TensorValue): of is AnyTensor => 'node' in of
const isOne = (of: Result): of is AnyTensor | TensorValue => 'dtype' in of

/** All results. Fails where there is none, or one is missing. */
const resultsOf = (of: Result): E.Either<string, readonly (AnyTensor | TensorValue)[]> => {
  const all = isOne(of) ? [of] : of
  const found = all.flatMap((result) => result ?? [])
  return found.length === all.length && found.length > 0 ? E.right(found) : E.left('a result is missing')
}

const kinds = { f32: 'float', i32: 'int', bool: 'bool' } as const

const numbersOf = ({ dtype, shape, data }: TensorValue): Numbers => ({
  kind: kinds[dtype],
  shape: [...shape],
  elements: [...data].map(storedElement),
})

/** What a row computes, and what from. */
export interface EvaluatedRow {
  readonly values: NamedValues
  readonly numbers: readonly Numbers[]
}

/** Evaluates tensors together, so that they are given the same values. */
const evaluateTensors = (
  results: readonly (AnyTensor | TensorValue)[],
  given: NamedValues,
): E.Either<string, { readonly values: NamedValues; readonly found: readonly TensorValue[] }> => {
  const outputs = results.flatMap((result, i) => (isTensor(result) ? [[`${i}`, result.node] as const] : []))
  return pipe(
    programOfNodes(Object.fromEntries(outputs)),
    E.mapLeft(({ message }) => message),
    E.bindTo('program'),
    E.bind('values', ({ program }) =>
      pipe(
        [...program.inputs, ...program.parameters],
        E.traverseArray(({ attributes: { name, shape, dtype } }) =>
          pipe(
            given[name] === undefined ? drawn(name, dtype, shape.map(Number)) : E.right(given[name]),
            E.map((value) => [name, value] as const),
          ),
        ),
        E.map((entries): NamedValues => ({ ...Object.fromEntries(entries), ...given })),
      ),
    ),
    E.bind('outputs', ({ program, values }) =>
      E.mapLeft(({ message }: { readonly message: string }) => message)(evaluate(program, values)),
    ),
    E.bind('found', (all) =>
      pipe(
        results,
        E.traverseArray((result) => {
          if (!isTensor(result)) return E.right(result)
          const output = all.outputs[`${results.indexOf(result)}`]
          return output === undefined ? E.left('an output is missing') : E.right(output)
        }),
      ),
    ),
  )
}

/** The numbers of a row; of random ones, their moments. */
export const evaluateRow = async ({
  ours,
  values: given = {},
  compared = 'numbers',
}: Row): Promise<E.Either<string, EvaluatedRow>> =>
  pipe(
    resultsOf(await ours()),
    E.chain((results) => evaluateTensors(results, given)),
    E.map(({ values, found }) => ({
      values,
      numbers: found.map(numbersOf).map((numbers) => (compared === 'numbers' ? numbers : moments(numbers))),
    })),
  )
