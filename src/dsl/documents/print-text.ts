/** A program as text: inputs and parameters, then one line per operation, then the outputs. */
import { showShape } from '../../shapes/dim.js'
import type { Scan } from '../primitives/loop.js'
import { loopsAmong, rootsOfStep, stackedBy } from '../primitives/loop.js'
import type { Node, NodeOf } from '../primitives/primitive.js'
import type { Program } from '../program.js'
import { nodesOf } from '../program.js'
import { showScope } from '../scope.js'
import { topologicalOrder } from '../walk.js'

/** The type of a tensor in listings: `[B,77,512]`, or `i32 [B]` if it is not f32. */
export const showType = ({ dtype, shape }: Pick<Node, 'dtype' | 'shape'>): string =>
  dtype === 'f32' ? showShape(shape) : `${dtype} ${showShape(shape)}`

/** A name, in quotes if it could be mistaken for other text of a listing. */
export const showName = (name: string): string =>
  /^[\p{L}_][\p{L}\p{N}_.\-/:]*$/u.test(name) ? name : JSON.stringify(name)

const longestTable = 8

const showNumber = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

const showValue = (value: unknown): string => {
  if (typeof value === 'number') return showNumber(value)
  if (!Array.isArray(value)) return String(value)
  const shown = value.slice(0, longestTable).map(showValue)
  return `[${shown.join(',')}${value.length > longestTable ? `, ... ${value.length} in all` : ''}]`
}

/** Attributes that a listing shows elsewhere: in the type of the result, as the name of the leaf, or in lines of their own. */
const evident: ReadonlySet<string> = new Set(['name', 'shape', 'dtype', 'cotangents'])

const entriesOf = (attributes: object): readonly (readonly [string, unknown])[] => Object.entries(attributes)

/** What a result of a loop is, by the names that listings give to the results of a step. */
const showResult = (node: Scan, results: readonly Scan[]): string => {
  const { result } = node.attributes
  return 'carry' in result ? `carry.${result.carry}` : `stacked.${stackedBy(results).indexOf(result.stacked)}`
}

/** Attributes in one line: `axes=[1,2] keepDims=true`. Those of a `scan` need the results of its loop. */
export const showAttributes = (node: Node, results: readonly Scan[] = []): string =>
  (node.op === 'scan'
    ? [
        ['gives', showResult(node, results)] as const,
        ...entriesOf(node.attributes).filter(([name]) => name !== 'carries' && name !== 'result'),
      ]
    : entriesOf(node.attributes)
  )
    .filter(([name]) => !evident.has(name))
    .map(([name, value]) => `${name}=${showValue(value)}`)
    .join(' ')

/** The text of a scalar constant, written in place where it is used: `0.5`, `i32 3`, `bool 1`. */
const inlined = (node: Node): string | undefined =>
  node.op === 'constant' && node.shape.length === 0
    ? `${node.dtype === 'f32' ? '' : `${node.dtype} `}${showNumber(node.attributes.value)}`
    : undefined

/** The name by which other lines refer to each node. */
const callNames = (nodes: readonly Node[]): ReadonlyMap<Node, string> => {
  const names = new Map<Node, string>()
  let count = 0
  for (const node of nodes) {
    const constant = inlined(node)
    if (node.op === 'input' || node.op === 'parameter') names.set(node, showName(node.attributes.name))
    else if (constant !== undefined) names.set(node, constant)
    else {
      names.set(node, `%${count}`)
      count += 1
    }
  }
  return names
}

const isOperation = (node: Node): boolean =>
  node.op !== 'input' && node.op !== 'parameter' && inlined(node) === undefined

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)]

const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ')

/** One line for each operation. The step of a loop follows the first of its results, a gradient of one's own its value. */
const operationLines = (nodes: readonly Node[], names: ReadonlyMap<Node, string>): readonly string[] => {
  const call = (node: Node): string => names.get(node) ?? '?'
  const loops = loopsAmong(nodes)
  const linesOfNode = (node: Node): readonly string[] => {
    const results = loops.get(node) ?? []
    const attributes = showAttributes(node, results)
    const line = `${call(node)} = ${words(node.op, ...node.operands.map(call), attributes)} : ${showType(node)}`
    const nested =
      node.op === 'withGradient'
        ? section('  gradient', gradientLines(node).map(indented))
        : section('  each step', results[0] === node ? stepLines(results).map(indented) : [])
    return [line, ...nested]
  }
  return inScopes(nodes.filter(isOperation)).flatMap(({ scope, members }) => {
    const lines = members.flatMap(linesOfNode)
    return scope === '' ? lines : [`in ${scope}`, ...lines.map(indented)]
  })
}

/** Neighbours of one scope, in order, with its text. */
const inScopes = (
  nodes: readonly Node[],
): readonly { readonly scope: string; readonly members: readonly Node[] }[] => {
  const groups: { readonly scope: string; readonly members: Node[] }[] = []
  for (const node of nodes) {
    const scope = showScope(node.scope)
    const last = groups.at(-1)
    if (last?.scope === scope) last.members.push(node)
    else groups.push({ scope, members: [node] })
  }
  return groups
}

const indented = (line: string): string => `  ${line}`

/** The step of a loop: its operations, the carries after it, and what it stacks. */
const stepLines = (results: readonly Scan[]): readonly string[] => {
  const roots = rootsOfStep(results)
  const first = roots.length - stackedBy(results).length
  return linesOf(roots, (i) => (i < first ? `carry.${i}` : `stacked.${i - first}`))
}

/** The gradient of a value: its operations, and the cotangent of each input. */
const gradientLines = ({ attributes: { cotangents } }: NodeOf<'withGradient'>): readonly string[] =>
  linesOf(cotangents, (i) => `cotangent.${i}`)

/** Expressions over leaves of their own: their operations, and each result under a label. */
const linesOf = (roots: readonly Node[], labelOf: (i: number) => string): readonly string[] => {
  const order = topologicalOrder(roots)
  const names = callNames(order)
  return [
    ...operationLines(order, names),
    ...roots.map((root, i) => `${labelOf(i)} = ${names.get(root) ?? '?'}`),
  ]
}

/**
 * A listing of a program. Inputs and parameters are called by their names, scalar constants are written where they are
 * used, and every other node has one line and is called `%0`, `%1`, ... The step of a loop is indented below the first of
 * its results; there `%0`, ... are operations of the step. Operations of a scope are indented below `in name`.
 *
 * @example
 * const x = input('x', ['B', 3])
 * pipe(program({ x }, { y: matmul(x, parameter('w', [3, 2])) }), E.map(toText))
 * // inputs
 * //   x : [B,3]
 * // parameters
 * //   w : [3,2]
 * // operations
 * //   %0 = matmul x w : [B,2]
 * // outputs
 * //   y = %0
 */
export const toText = (program: Program): string => {
  const nodes = nodesOf(program)
  const names = callNames(nodes)
  const call = (node: Node): string => names.get(node) ?? '?'
  const used = new Set(program.inputs.map(({ attributes }) => attributes.name))
  const unused = program.declared.filter((name) => !used.has(name))
  return [
    ...section('inputs', [
      ...program.inputs.map((leaf) => `${showName(leaf.attributes.name)} : ${showType(leaf)}`),
      ...unused.map((name) => `${showName(name)} : not used`),
    ]),
    ...section(
      'parameters',
      program.parameters.map((leaf) => `${showName(leaf.attributes.name)} : ${showType(leaf)}`),
    ),
    ...section('operations', operationLines(nodes, names)),
    ...section(
      'outputs',
      Object.entries<Node>(program.outputs).map(([name, node]) => `${showName(name)} = ${call(node)}`),
    ),
  ].join('\n')
}
