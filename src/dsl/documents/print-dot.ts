/** A program as a graph in Graphviz's DOT language; `dot -Tsvg` draws it. */
import type { Scan } from '../primitives/loop.js'
import { loopsAmong, rootsOfStep, stackedBy } from '../primitives/loop.js'
import type { Node } from '../primitives/primitive.js'
import { showAttributes, showType } from './print-text.js'
import type { Program } from '../program.js'
import { nodesOf } from '../program.js'
import type { Scope } from '../scope.js'
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

/** How a part of a program is drawn. */
interface Canvas {
  /** In front of all names. A node in a step has the number of its loop there: equal steps are drawn once for each loop. */
  readonly prefix: string
  /** Whether a scope is a frame; one that is not is one box, with all that is in it. */
  readonly isOpen: (scope: Scope) => boolean
}

const textOf = (scope: Scope): string => JSON.stringify(scope)

/** The scope in which a node disappears, if any: the outermost one that is not open. */
const foldedIn = ({ isOpen }: Canvas, { scope }: Node): Scope | undefined =>
  scope.map((_, i) => scope.slice(0, i + 1)).find((outer) => !isOpen(outer))

/** The name of the box that a node is drawn as: its own, or that of its scope, after the first node in it. */
const boxesOf = (canvas: Canvas, nodes: readonly Node[]): ((node: Node) => string) => {
  const folded = new Map<string, string>()
  for (const node of nodes) {
    const scope = foldedIn(canvas, node)
    const text = scope && textOf(scope)
    if (text !== undefined && !folded.has(text)) folded.set(text, `${canvas.prefix}f${node.id}`)
  }
  return (node) => {
    const scope = foldedIn(canvas, node)
    return (scope && folded.get(textOf(scope))) ?? `${canvas.prefix}n${node.id}`
  }
}

const declaration = (id: string, node: Node, results: readonly Scan[]): string => {
  switch (node.op) {
    case 'input':
    case 'parameter':
      return `${id} [label=${label(node.attributes.name, showType(node))}, style=filled, fillcolor="${fills[node.op]}"]`
    default:
      return `${id} [label=${label(node.op, showAttributes(node, results), showType(node))}]`
  }
}

const subgraph = (id: string, lines: readonly string[]): readonly string[] => [
  `subgraph cluster_${id} {`,
  ...lines.map((line) => `  ${line}`),
  '}',
]

/** Nodes by their scope at a depth, in order; those of no scope there are under undefined. */
const byScope = (nodes: readonly Node[], depth: number): ReadonlyMap<string | undefined, readonly Node[]> => {
  const groups = new Map<string | undefined, Node[]>()
  for (const node of nodes) {
    const name = node.scope[depth]
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [node])
    else group.push(node)
  }
  return groups
}

/** Declarations of nodes that share `at` scopes: those of inner scopes in frames, or as one box beyond the depth. */
const declarations = (
  nodes: readonly Node[],
  canvas: Canvas,
  declare: (node: Node) => string,
  boxOf: (node: Node) => string,
  at = 0,
): readonly string[] =>
  [...byScope(nodes, at)].flatMap(([name, members]) => {
    const [first] = members
    if (name === undefined || first === undefined) return members.map(declare)
    if (!canvas.isOpen(first.scope.slice(0, at + 1))) {
      const count = members.filter(({ op }) => op !== 'parameter').length
      return [`${boxOf(first)} [label=${label(name, `${count} operations`)}, style="filled,rounded"]`]
    }
    return subgraph(`${canvas.prefix}f${first.id}_${at}`, [
      `label=${label(name)}`,
      'style=rounded',
      ...declarations(members, canvas, declare, boxOf, at + 1),
    ])
  })

/** Boxes and arrows of nodes. The step of a loop is a frame, with arrows from its carries to their places. */
const drawing = (nodes: readonly Node[], canvas: Canvas): readonly string[] => {
  const loops = loopsAmong(nodes)
  const boxOf = boxesOf(canvas, nodes)
  const arrows = nodes.flatMap((node) =>
    node.operands
      .map((operand) => [boxOf(operand), boxOf(node)] as const)
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => `${from} -> ${to}`),
  )
  const drawn = [...new Set(loops.values())].filter(
    ([loop]) => loop !== undefined && foldedIn(canvas, loop) === undefined,
  )
  return [
    ...declarations(nodes, canvas, (node) => declaration(boxOf(node), node, loops.get(node) ?? []), boxOf),
    ...(nodes.some((node) => foldedIn(canvas, node) !== undefined) ? new Set(arrows) : arrows),
    ...drawn.flatMap((results) => frame(results, canvas)),
  ]
}

const frame = (results: readonly Scan[], { prefix, isOpen }: Canvas): readonly string[] => {
  const [loop] = results
  if (loop === undefined) return []
  const inside = { prefix: `${prefix}s${loop.id}_`, isOpen }
  const stacked = stackedBy(results)
  const nodes = topologicalOrder(rootsOfStep(results))
  const boxOf = boxesOf(inside, nodes)
  const ends = [
    ...loop.attributes.carries.map((node, i) => ({ node, name: `carry.${i}` })),
    ...stacked.map((node, i) => ({ node, name: `stacked.${i}` })),
  ].flatMap(({ node, name }, i) => [
    `${inside.prefix}o${i} [label=${label(name)}, shape=ellipse]`,
    `${boxOf(node)} -> ${inside.prefix}o${i}`,
  ])
  return subgraph(`${inside.prefix}${loop.id}`, [
    'label="each step"',
    'style=dashed',
    ...drawing(nodes, inside),
    ...ends,
  ])
}

/** What a picture shows. */
export interface DotOptions {
  /** How many scopes, from the outside, are open; those within them are one box each. All are open by default. */
  readonly depth?: number
  /** Which of these scopes are open, each given as its names, outermost first. All are by default. */
  readonly isOpen?: (scope: Scope) => boolean
}

/**
 * A program in DOT: inputs are blue, parameters yellow, outputs green; an arrow goes from each operand to each use. The
 * step of a loop is drawn in a dashed frame, a scope in a frame with its name. With `depth` scopes are folded: at 0 each
 * outermost scope is one box. `isOpen` folds single ones.
 *
 * @example
 * const picture = toDot(classifier, { depth: 1 }) // in a file: dot -Tsvg classifier.dot
 */
export const toDot = (
  program: Program,
  { depth = Infinity, isOpen = () => true }: DotOptions = {},
): string => {
  const nodes = nodesOf(program)
  const outputs = Object.entries<Node>(program.outputs)
  const canvas: Canvas = { prefix: '', isOpen: (scope) => scope.length <= depth && isOpen(scope) }
  const boxOf = boxesOf(canvas, nodes)
  const lines = [
    'rankdir=TB',
    'node [shape=box, fontname="monospace"]',
    ...drawing(nodes, canvas),
    ...outputs.flatMap(([name, node], i) => [
      `o${i} [label=${label(name)}, shape=ellipse, style=filled, fillcolor="${fills.output}"]`,
      `${boxOf(node)} -> o${i}`,
    ]),
  ]
  return ['digraph program {', ...lines.map((line) => `  ${line}`), '}'].join('\n')
}
