/** Reads the nodes of a graph, one after the other: each becomes values of the results that it names. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Fault } from '../../../dsl/fault.js'
import { explainFault } from '../../../dsl/fault.js'
import type { Scope } from '../../../dsl/scope.js'
import { withoutLine } from '../../../dsl/written.js'
import type { ReadInner } from './call.js'
import { asValue, callOf, isNode } from './call.js'
import type { OnnxFault } from './fault.js'
import { explainOnnxFault, onnxFault } from './fault.js'
import type { Operation } from './model-codec.js'
import { Graph } from './model-codec.js'
import { operators } from './operators/index.js'
import { knownOf, numbersOf } from './tensor-data.js'
import type { Value } from './value.js'
import { ofKnown } from './value.js'

/** Values by the names that the file gives them. */
export type Values = ReadonlyMap<string, Value>

/** Names that PyTorch's exporter notes: `['', 'layer1', 'layer1.0', 'layer1.0.conv1', 'conv2d_3']`. */
const notedScopes = 'pkg.torch.onnx.name_scopes'

/** The modules that a node is in: as its exporter notes them, or from its name, `/layer1/layer1.0/conv1/Conv`. */
const scopeOf = ({ name = '', metadataProps = [] }: Operation): Scope => {
  const noted = metadataProps.find(({ key }) => key === notedScopes)?.value
  const parts =
    noted === undefined ? name.split('/') : [...noted.matchAll(/'([^']*)'/g)].map(([, part = '']) => part)
  return parts.slice(0, -1).filter((part) => part !== '')
}

const placeOf = ({ name = '', opType = '' }: Operation, position: number, count: number): string =>
  `node ${position + 1} of ${count}${name === '' ? '' : `, '${name}'`} (${opType})`

const isStandard = ({ domain = '' }: Operation): boolean => domain === '' || domain === 'ai.onnx'

/** The nodes that are not read, each with its place. */
const unread = (nodes: readonly Operation[]): readonly string[] =>
  nodes.flatMap((node, position) =>
    isStandard(node) && Object.hasOwn(operators, node.opType ?? '')
      ? []
      : [`${isStandard(node) ? '' : `${node.domain ?? ''}.`}${placeOf(node, position, nodes.length)}`],
  )

/** The most places that a message names. */
const mostNamed = 5

const operandsOf = (
  { input }: Operation,
  values: Values,
): E.Either<string, readonly (Value | undefined)[]> => {
  const missing = input.find((name) => name !== '' && !values.has(name))
  return missing === undefined
    ? E.right(input.map((name) => values.get(name)))
    : E.left(`'${missing}' is the result of no node before it`)
}

/** The results of a graph inside of a node, as sentences of what is wrong: the fault names the node around it. */
const readInner =
  (values: Values, opset: number): ReadInner =>
  (message, inputs) => {
    const graph = Graph.decode(message)
    if (E.isLeft(graph)) return E.left('its graph is missing')
    const { input, initializer, node, output } = graph.right
    const constants: (readonly [string, Value])[] = []
    for (const tensor of initializer) {
      const read = numbersOf(tensor)
      const known = E.isRight(read) ? knownOf(tensor, read.right) : undefined
      if (known === undefined) return E.left(`the constant '${tensor.name ?? ''}' of its graph is not read`)
      constants.push([tensor.name ?? '', ofKnown(known)])
    }
    const given = input.flatMap(({ name }, i): (readonly [string, Value])[] => {
      const value = inputs[i]
      return value === undefined ? [] : [[name, value]]
    })
    return pipe(
      readGraph(node, new Map([...values, ...constants, ...given]), opset),
      E.mapLeft(explainOnnxFault),
      E.chain((inside) => {
        const results = output.flatMap(({ name }) => inside.get(name) ?? [])
        return results.length === output.length
          ? E.right(results)
          : E.left('an output of its graph is missing')
      }),
    )
  }

/** The place of a fault is the node of the file: no line of a program wrote it. */
const withoutPlace = (fault: Fault): string =>
  explainFault(
    fault.tag === 'ShapeFault'
      ? { tag: fault.tag, op: fault.op, message: fault.message, shapes: fault.shapes }
      : fault,
  )

const resultsOf = (operation: Operation, values: Values, opset: number): E.Either<string, readonly Value[]> =>
  pipe(
    operandsOf(operation, values),
    E.chain((operands) => {
      const rule = operators[operation.opType ?? '']
      if (rule === undefined) return E.left('it is not read')
      const made = withoutLine(scopeOf(operation), () => {
        const results = rule(callOf(operation, operands, opset, readInner(values, opset)))
        return 'length' in results ? results : [results]
      })
      const wrong = made.filter(isNode).find(({ fault }) => fault !== undefined)?.fault
      if (wrong !== undefined) return E.left(withoutPlace(wrong))
      return E.right(made.map(asValue))
    }),
  )

/** The values of all nodes. Fails at the first node that is not read, with the places of all of them, or that breaks a rule. */
export const readGraph = (
  nodes: readonly Operation[],
  given: Values,
  opset: number,
): E.Either<OnnxFault, Values> => {
  const foreign = unread(nodes)
  if (foreign.length > 0) {
    const named = foreign.slice(0, mostNamed).join('; ')
    const more = foreign.length > mostNamed ? `; and ${foreign.length - mostNamed} more` : ''
    return E.left(
      onnxFault(
        'the graph',
        `operators that are not read: ${named}${more}`,
        'export the model without them, or cut it before the first of them',
      ),
    )
  }
  const values = new Map(given)
  for (const [position, operation] of nodes.entries()) {
    const results = resultsOf(operation, values, opset)
    if (E.isLeft(results)) {
      return E.left(
        onnxFault(
          placeOf(operation, position, nodes.length),
          results.left,
          'see what the node is given, or export with fixed sizes',
        ),
      )
    }
    operation.output.forEach((name, i) => {
      const value = results.right[i]
      if (name !== '' && value !== undefined) values.set(name, value)
    })
  }
  return E.right(values)
}
