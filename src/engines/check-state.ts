/** Checks of the weights and state that a program is compiled with: each parameter must be one or the other. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Shape } from '../shapes/dim.js'
import type { CompileOptions } from './engine.js'
import type { NamedValues } from '../values/named-values.js'
import type { EngineFailure } from './failure.js'
import { similarNames } from './similar-names.js'
import type { Ports } from './ports.js'
import { checkValues } from './check-values.js'

/** Checks that each weight is a parameter and has its type and shape. */
export const checkWeights = (
  { parameters }: Pick<Ports<Shape>, 'parameters'>,
  weights: NamedValues,
): E.Either<EngineFailure, void> =>
  checkValues(
    parameters.filter(({ name }) => Object.hasOwn(weights, name)),
    weights,
    'weights',
  )

/** Checks that weights and state are all of the parameters, with the declared types and shapes, and that each next value has the type and shape of its parameter. */
export const checkState = (
  { parameters, outputs }: Pick<Ports, 'parameters' | 'outputs'>,
  { state, weights }: CompileOptions,
): E.Either<EngineFailure, void> => {
  const free = parameters.filter(({ name }) => !Object.hasOwn(weights, name))
  const initial = Object.fromEntries(state.map(({ parameter, initial: value }) => [parameter, value]))
  const nextValues = state.flatMap(({ parameter, output }) =>
    free.filter(({ name }) => name === parameter).map((port) => ({ port, output })),
  )
  return pipe(
    checkValues(free, initial, 'weights and state'),
    E.chain(() =>
      pipe(
        nextValues,
        E.traverseArray(({ port, output }): E.Either<EngineFailure, void> => {
          const found = Object.hasOwn(outputs, output) ? outputs[output] : undefined
          const show = ({ dtype, shape }: typeof port): string => `${dtype}[${shape.join(',')}]`
          return found === undefined
            ? E.left({
                tag: 'TensorMissing',
                name: output,
                where: 'outputs of the program',
                similar: similarNames(output, Object.keys(outputs)),
              })
            : show(found) === show(port)
              ? E.right(undefined)
              : E.left({
                  tag: 'ShapeMismatch',
                  name: output,
                  where: `next value of '${port.name}'`,
                  expected: show(port),
                  found: show(found),
                })
        }),
      ),
    ),
    E.map(() => undefined),
  )
}
