/** A program as a graph in Graphviz's DOT language; `dot -Tsvg` draws it. */
import type { Node } from '../primitives/primitive.js'
import { showAttributes, showType } from './print-text.js'
import type { Program } from '../program.js'
import { nodesOf } from '../program.js'

/** A quoted DOT string: quotes, backslashes and line ends are escaped. */
const quoted = (text: string): string =>
  `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll(/\r?\n|\r/g, '\\n')
    .replaceAll('\0', '')}"`

/** A label of several lines; empty ones are left out. */
const label = (...lines: readonly string[]): string => quoted(lines.filter((line) => line !== '').join('\n'))

const fills = { input: '#cfe2f3', parameter: '#fff2cc', output: '#d9ead3' } as const

const declaration = (node: Node): string => {
  const id = `n${node.id}`
  switch (node.op) {
    case 'input':
    case 'parameter':
      return `${id} [label=${label(node.attributes.name, showType(node))}, style=filled, fillcolor="${fills[node.op]}"]`
    default:
      return `${id} [label=${label(node.op, showAttributes(node), showType(node))}]`
  }
}

/**
 * A program in DOT: inputs are blue, parameters yellow, outputs green; an arrow goes from each operand to each use.
 *
 * @example
 * const picture = toDot(classifier) // in a file: dot -Tsvg classifier.dot
 */
export const toDot = (program: Program): string => {
  const nodes = nodesOf(program)
  const outputs = Object.entries<Node>(program.outputs)
  const lines = [
    'rankdir=TB',
    'node [shape=box, fontname="monospace"]',
    ...nodes.map(declaration),
    ...nodes.flatMap((node) => node.operands.map((operand) => `n${operand.id} -> n${node.id}`)),
    ...outputs.flatMap(([name, node], i) => [
      `o${i} [label=${label(name)}, shape=ellipse, style=filled, fillcolor="${fills.output}"]`,
      `n${node.id} -> o${i}`,
    ]),
  ]
  return ['digraph program {', ...lines.map((line) => `  ${line}`), '}'].join('\n')
}
