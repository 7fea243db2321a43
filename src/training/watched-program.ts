/** Programs that say of each of their operations whether what it gave is finite, and what made the first NaN. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../dsl/builder.js'
import type { Fault } from '../dsl/fault.js'
import type { Node, Op } from '../dsl/primitives/primitive.js'
import type { Program } from '../dsl/program.js'
import { nodesOf, programOfNodes } from '../dsl/program.js'
import { showScope } from '../dsl/scope.js'
import { topologicalOrder } from '../dsl/walk.js'
import { lineOf, withoutLine } from '../dsl/written.js'
import type { OperationNote, Origin } from '../effects/failure.js'
import type { NamedValues } from '../values/named-values.js'
import { showShape } from '../shapes/dim.js'

/** A program with an output more for each operation that is watched. */
export interface WatchedProgram {
  /** The outputs of the program, and for each watched node one that is finite, infinite or NaN as the node's elements are. */
  readonly program: Program
  readonly watched: readonly { readonly output: string; readonly node: Node }[]
  /** What the program is for, so that an operation is found in the forward pass, or after it. */
  readonly forward: ReadonlySet<Node>
}

/** What a tensor holds: the worst of its elements. */
type Condition = 'finite' | 'infinite' | 'NaN'

/** Leaves whose numbers are written in the program: an infinity in them is meant. */
const written: ReadonlySet<Op> = new Set(['constant', 'literal', 'iota', 'dimSize'])

/** Operations that move elements, or leave them out: what they give is finite if what they get is. */
const moves: ReadonlySet<Op> = new Set(['reshape', 'transpose', 'broadcastTo', 'stopGradient'])

const isWatched = ({ op, dtype }: Node): boolean => dtype === 'f32' && !written.has(op) && !moves.has(op)

/** Σ |x| 2⁻⁹⁶: infinite where an element is, NaN where one is, finite for all other tensors of float32. */
const magnitude = (x: Node): Node =>
  b.sum(
    b.scale(b.abs(x), 2 ** -96),
    x.shape.map((_, axis) => axis),
  )

/** A prefix that no output has. */
const freePrefix = (names: readonly string[], prefix = 'magnitude/'): string =>
  names.some((name) => name.startsWith(prefix)) ? freePrefix(names, `${prefix}/`) : prefix

/**
 * A program that watches its own operations. It computes what the program computes; for each operation on floating numbers
 * it adds a sum of magnitudes, which needs little memory. Operations inside of the steps of a loop are watched together, as
 * the loop. `ofForward` names the outputs of the forward pass.
 */
export const watchedProgram = (
  program: Program,
  ofForward: (output: string) => boolean,
): E.Either<Fault, WatchedProgram> => {
  const prefix = freePrefix(Object.keys(program.outputs))
  const watched = nodesOf(program)
    .filter(isWatched)
    .map((node, i) => ({ output: `${prefix}${i}`, node }))
  const magnitudes = withoutLine([], () =>
    Object.fromEntries(watched.map(({ output, node }) => [output, magnitude(node)])),
  )
  const forward = Object.entries<Node>(program.outputs).flatMap(([name, node]) =>
    ofForward(name) ? [node] : [],
  )
  return E.map((of: Program): WatchedProgram => ({
    program: of,
    watched,
    forward: new Set(topologicalOrder(forward)),
  }))(programOfNodes({ ...program.outputs, ...magnitudes }))
}

/** What looks for numbers that are not finite after a run of a watched program, and when it has found some. */
export interface Watch {
  /** `everyNode`: a NaN wherever it is made. `outputs`: only what reaches an output that must be finite. */
  readonly trigger: 'everyNode' | 'outputs'
  /** Whether an output must be finite. */
  readonly mustBeFinite: (output: string, node: Node) => boolean
}

/** What an operation is called in messages: `exp`, `input 'x'`. */
const nameOf = (node: Node): string =>
  node.op === 'input' || node.op === 'parameter' ? `${node.op} '${node.attributes.name}'` : node.op

const noteOf = ({ forward }: WatchedProgram, node: Node): OperationNote => {
  const source = lineOf(node)
  return {
    op: node.op,
    operation: nameOf(node),
    shape: showShape(node.shape),
    scope: showScope(node.scope),
    ...(source === undefined ? {} : { source }),
    pass: forward.has(node) ? 'forward' : 'backward',
  }
}

/** The conditions of all nodes after a run. What is not watched is as its operands are. */
const conditionsAfter = ({ watched }: WatchedProgram, outputs: NamedValues): ((node: Node) => Condition) => {
  const known = new Map(
    watched.map(({ output, node }): readonly [Node, Condition] => {
      const found = outputs[output]?.data[0] ?? 0
      return [node, Number.isNaN(found) ? 'NaN' : Number.isFinite(found) ? 'finite' : 'infinite']
    }),
  )
  const conditionOf = (node: Node): Condition =>
    known.get(node) ?? (moves.has(node.op) && node.operands[0] ? conditionOf(node.operands[0]) : 'finite')
  return conditionOf
}

/** The operation from which what is wrong with a node comes, and the one that first made NaN of an infinity. */
const traced = (
  start: Node,
  conditionOf: (node: Node) => Condition,
): { readonly first: Node; readonly nanBy?: Node } => {
  const among = ({ operands }: Node, condition: Condition): Node | undefined =>
    operands.find((operand) => conditionOf(operand) === condition)
  let birth = start
  for (let before = among(birth, 'NaN'); before !== undefined; before = among(birth, 'NaN')) birth = before
  let first = birth
  for (let before = among(first, 'infinite'); before !== undefined; before = among(first, 'infinite'))
    first = before
  const isNaNOfInfinity = first !== birth && conditionOf(birth) === 'NaN'
  return isNaNOfInfinity ? { first, nanBy: birth } : { first }
}

/**
 * The first operation that made a number that is not finite out of finite ones, in a run of a watched program; undefined
 * where the watch has nothing to say.
 */
export const originAfter = (
  of: WatchedProgram,
  outputs: NamedValues,
  { trigger, mustBeFinite }: Watch,
): Origin | undefined => {
  const conditionOf = conditionsAfter(of, outputs)
  const added = new Set(of.watched.map(({ output }) => output))
  const own = Object.entries<Node>(of.program.outputs).filter(([name]) => !added.has(name))
  const isBorn = ({ node }: { readonly node: Node }): boolean =>
    conditionOf(node) === 'NaN' && node.operands.every((operand) => conditionOf(operand) !== 'NaN')
  const start =
    (trigger === 'everyNode' ? of.watched.find(isBorn)?.node : undefined) ??
    own.find(([name, node]) => mustBeFinite(name, node) && conditionOf(node) !== 'finite')?.[1]
  if (start === undefined) return undefined
  const { first, nanBy } = traced(start, conditionOf)
  return {
    made: conditionOf(first) === 'NaN' ? 'NaN' : 'infinity',
    by: noteOf(of, first),
    ...(nanBy === undefined ? {} : { nanBy: noteOf(of, nanBy) }),
  }
}
