/** A program as a graph in Graphviz's DOT language; `dot -Tsvg` draws it. */
import type { Scan } from '../primitives/loop.js'
import { loopsAmong, rootsOfStep, stackedBy } from '../primitives/loop.js'
import type { Node } from '../primitives/primitive.js'
import { showAttributes, showType } from './print-text.js'
import type { Program } from '../program.js'
import { nodesOf } from '../program.js'
import { topologicalOrder } from '../walk.js'

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

/** A node in a step has the number of its loop in its name: equal steps are drawn once for each loop. */
const declaration = (node: Node, prefix: string, results: readonly Scan[]): string => {
  const id = `${prefix}n${node.id}`
  switch (node.op) {
    case 'input':
    case 'parameter':
      return `${id} [label=${label(node.attributes.name, showType(node))}, style=filled, fillcolor="${fills[node.op]}"]`
    default:
      return `${id} [label=${label(node.op, showAttributes(node, results), showType(node))}]`
  }
}

/** Boxes and arrows of nodes. The step of a loop is a frame, with arrows from its carries to their places. */
const drawing = (nodes: readonly Node[], prefix: string): readonly string[] => {
  const loops = loopsAmong(nodes)
  return [
    ...nodes.map((node) => declaration(node, prefix, loops.get(node) ?? [])),
    ...nodes.flatMap((node) =>
      node.operands.map((operand) => `${prefix}n${operand.id} -> ${prefix}n${node.id}`),
    ),
    ...[...new Set(loops.values())].flatMap((results) => frame(results, prefix)),
  ]
}

const frame = (results: readonly Scan[], prefix: string): readonly string[] => {
  const [loop] = results
  if (loop === undefined) return []
  const inside = `${prefix}s${loop.id}_`
  const stacked = stackedBy(results)
  const drawn = drawing(topologicalOrder(rootsOfStep(results)), inside)
  const ends = [
    ...loop.attributes.carries.map((node, i) => ({ node, name: `carry.${i}` })),
    ...stacked.map((node, i) => ({ node, name: `stacked.${i}` })),
  ].flatMap(({ node, name }, i) => [
    `${inside}o${i} [label=${label(name)}, shape=ellipse]`,
    `${inside}n${node.id} -> ${inside}o${i}`,
  ])
  return [
    `subgraph cluster_${inside}${loop.id} {`,
    ...['label="each step"', 'style=dashed', ...drawn, ...ends].map((line) => `  ${line}`),
    '}',
  ]
}

/**
 * A program in DOT: inputs are blue, parameters yellow, outputs green; an arrow goes from each operand to each use. The
 * step of a loop is drawn in a dashed frame.
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
    ...drawing(nodes, ''),
    ...outputs.flatMap(([name, node], i) => [
      `o${i} [label=${label(name)}, shape=ellipse, style=filled, fillcolor="${fills.output}"]`,
      `n${node.id} -> o${i}`,
    ]),
  ]
  return ['digraph program {', ...lines.map((line) => `  ${line}`), '}'].join('\n')
}
