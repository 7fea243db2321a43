/** An operation of a graph that is read, as the rules of operators see it. */
import type * as E from 'fp-ts/lib/Either.js'
import { faulty } from '../../../dsl/node.js'
import type { Node } from '../../../dsl/primitives/primitive.js'
import type { Dim, Shape } from '../../../shapes/dim.js'
import { isNumbers, shapeOfKnown } from './known.js'
import type { Known } from './known.js'
import type { Attribute, Operation } from './model-codec.js'
import type { Value } from './value.js'
import { ofNode } from './value.js'

/** An operation with the values of its operands. A mistake is a node that carries a fault, as everywhere in a program. */
export interface Call {
  readonly opType: string
  readonly opset: number
  /** How many results are wanted. */
  readonly results: number
  readonly operands: readonly (Value | undefined)[]
  readonly has: (position: number) => boolean
  /** An operand as a node. */
  readonly node: (position: number) => Node
  /** All operands as nodes. */
  readonly nodes: () => readonly Node[]
  readonly value: (position: number) => Value | undefined
  /** The elements of an operand that is a constant or sizes. */
  readonly known: (position: number) => Known | undefined
  /** Numbers of an operand whose elements must be known, also where they are a weight's. */
  readonly numbers: (position: number) => readonly number[] | undefined
  readonly sizes: (position: number) => Shape | undefined
  readonly attribute: (name: string) => Attribute | undefined
  readonly int: (name: string, otherwise: number) => number
  readonly float: (name: string, otherwise: number) => number
  readonly text: (name: string, otherwise: string) => string
  readonly ints: (name: string) => readonly number[] | undefined
  /** The results of a graph inside of the operation, given its inputs. It reads the values around it, too. */
  readonly inner: (name: string, inputs: readonly Value[]) => E.Either<string, readonly Value[]>
  readonly refuse: (why: string) => Node
}

/** Reads a graph inside of an operation. */
export type ReadInner = (graph: unknown, inputs: readonly Value[]) => E.Either<string, readonly Value[]>

/** What an operator gives: one result or several. */
export type Results = Value | Node | readonly (Value | Node)[]
export type Operator = (call: Call) => Results
export type Operators = Readonly<Record<string, Operator>>

const decoder = new TextDecoder()

export const callOf = (
  { opType = '', attribute, output }: Operation,
  operands: readonly (Value | undefined)[],
  opset: number,
  readInner: ReadInner,
): Call => {
  const attributes = new Map(attribute.map((each) => [each.name, each]))
  const find = (name: string): Attribute | undefined => attributes.get(name)
  const value = (position: number): Value | undefined => operands[position]
  const known = (position: number): Known | undefined => value(position)?.known
  const refuse = (why: string): Node =>
    faulty(
      opType,
      `${opType}: ${why}`,
      operands.flatMap((operand) => (operand?.known === undefined ? (operand?.node() ?? []) : [])),
    )
  const stored = (position: number): Known | undefined => known(position) ?? value(position)?.stored?.()
  return {
    opType,
    opset,
    results: output.length,
    operands,
    value,
    known,
    has: (position) => value(position) !== undefined,
    node: (position) => value(position)?.node() ?? refuse(`operand ${position} is missing`),
    nodes: () => operands.flatMap((operand) => operand?.node() ?? []),
    numbers: (position) => {
      const entries = stored(position)?.entries
      return entries !== undefined && isNumbers(entries) ? entries : undefined
    },
    sizes: (position) => {
      const found = stored(position)
      return found === undefined ? undefined : shapeOfKnown(found)
    },
    attribute: find,
    int: (name, otherwise) => find(name)?.i ?? otherwise,
    float: (name, otherwise) => find(name)?.f ?? otherwise,
    text: (name, otherwise) => {
      const bytes = find(name)?.s
      return bytes === undefined ? otherwise : decoder.decode(bytes)
    },
    ints: (name) => {
      const list = find(name)?.ints
      return list === undefined || list.length === 0 ? undefined : list
    },
    inner: (name, inputs) => readInner(find(name)?.g, inputs),
    refuse,
  }
}

export const isNode = (result: Value | Node): result is Node => 'op' in result
export const asValue = (result: Value | Node): Value => (isNode(result) ? ofNode(result) : result)

/** An axis counted from the front. */
export const front = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

/** The dim of an axis; 1 where there is none, which a shape rule refuses later. */
export const dimAt = (x: { readonly shape: Shape }, axis: number): Dim => x.shape[axis] ?? 1
