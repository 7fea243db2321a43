/** First values of all parameters, by rules on their names. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Sizes } from '../shapes/dim.js'
import { showShape } from '../shapes/dim.js'
import type { Fault, ProgramFault } from '../dsl/fault.js'
import { sizesOfNode } from '../dsl/node-sizes.js'
import type { NodeOf } from '../dsl/primitives/primitive.js'
import type { AnyTensor, Program } from '../dsl/program.js'
import type { RandomKey } from '../values/random-key.js'
import type { NamedValues } from '../values/named-values.js'
import type { TensorValue } from '../values/value.js'
import { topologicalOrder } from '../dsl/walk.js'
import type { Initialiser } from './initial-distributions.js'
import { keyOfParameter } from './initialisers.js'

/** Which initialiser a parameter has. */
export interface InitialisationRules {
  /** Patterns of names with their initialisers; the first that matches a name is taken. */
  readonly rules?: readonly (readonly [pattern: RegExp, initialiser: Initialiser])[]
  /** For parameters that no pattern matches. */
  readonly default?: Initialiser
  /** Sizes of symbols in the shapes of parameters. */
  readonly sizes?: Sizes
}

type Parameter = NodeOf<'parameter'>

const parametersOf = (of: Program | AnyTensor): readonly Parameter[] =>
  'parameters' in of
    ? of.parameters
    : topologicalOrder([of.node]).flatMap((node) => (node.op === 'parameter' ? [node] : []))

const fault = (message: string, advice: string): ProgramFault => ({ tag: 'ProgramFault', message, advice })

const ruleFor = (
  name: string,
  { rules = [], default: otherwise }: InitialisationRules,
): Initialiser | undefined => rules.find(([pattern]) => name.search(pattern) >= 0)?.[1] ?? otherwise

/** Fails with the names of all parameters without a rule. */
const checkRules = (parameters: readonly Parameter[], rules: InitialisationRules): E.Either<Fault, void> => {
  const without = parameters.filter(({ attributes: { name } }) => ruleFor(name, rules) === undefined)
  const named = without.map(({ attributes: { name, shape } }) => `'${name}' ${showShape(shape)}`).join(', ')
  return without.length === 0
    ? E.right(undefined)
    : E.left(
        fault(
          `no rule gives a first value to ${without.length === 1 ? 'the parameter' : 'the parameters'} ${named}`,
          "add a rule such as [/bias$/, zeros], or a 'default'",
        ),
      )
}

const initialValue = (
  key: RandomKey,
  node: Parameter,
  rules: InitialisationRules,
): E.Either<Fault, TensorValue> => {
  const { name, shape, dtype } = node.attributes
  const initialiser = ruleFor(name, rules)
  const refused = (problem: string): Fault =>
    fault(
      `the parameter '${name}' ${showShape(shape)} cannot be initialised by its rule: ${problem}`,
      'give it a rule of its own, such as [/bias$/, zeros]',
    )
  if (dtype !== 'f32' || initialiser === undefined) {
    return E.left(refused(`it is ${dtype}, and initialisers give f32`))
  }
  return pipe(
    sizesOfNode(rules.sizes ?? {})(node),
    E.chain((sizes) => pipe(initialiser(keyOfParameter(key, name), sizes), E.mapLeft(refused))),
  )
}

/**
 * First values of all parameters of a program, or of all parameters that a tensor is computed from. The values of one
 * parameter depend on the key, its name and its shape, not on which others there are.
 *
 * Fails with the names of the parameters that no rule matches, with a parameter whose shape its initialiser cannot fill,
 * such as `heNormal` for a vector, and with one that is not f32.
 *
 * @example
 * const loss = mean(linear(input('x', ['B', 3]), parameter('fc.weight', [4, 3]), parameter('fc.bias', [4])), [0, 1])
 * const weights = initialise(loss, randomKey.keyFromSeed(0), { default: heNormal, rules: [[/bias$/, zeros]] })
 */
export const initialise = (
  of: Program | AnyTensor,
  key: RandomKey,
  rules: InitialisationRules,
): E.Either<Fault, NamedValues> => {
  const parameters = parametersOf(of)
  return pipe(
    checkRules(parameters, rules),
    E.chain(() =>
      pipe(
        parameters,
        E.traverseArray((node) =>
          pipe(
            initialValue(key, node, rules),
            E.map((value) => [node.attributes.name, value] as const),
          ),
        ),
      ),
    ),
    E.map((entries): NamedValues => Object.fromEntries(entries)),
  )
}
