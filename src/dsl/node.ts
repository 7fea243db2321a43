/**
 * The graph is hash-consed: making the same node twice gives the same object. A sub-program that is written twice, or
 * reached along 2^30 paths, exists once and is computed once.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Shape } from '../shapes/dim.js'
import { isTooLong, longestDim } from '../shapes/dim.js'
import { anyNode } from './erasure.js'
import type { ShapeFault } from './fault.js'
import type { AttributesOf, Node, NodeOf, Op, OperandsOf } from './primitives/primitive.js'
import { shapeRules } from './primitives/shape-rules.js'
import type { Scope } from './scope.js'
import { openScope } from './scope.js'
import { sourceLine } from './source-line.js'
import { noteLine } from './written.js'
import { unboundSymbol } from './unbound-symbol.js'

/** Nodes by structure, held by weak references: a program that is no longer used can be collected. */
const interned = new Map<string, WeakRef<Node>>()
const forget = new FinalizationRegistry<string>((structure) => {
  if (interned.get(structure)?.deref() === undefined) interned.delete(structure)
})
let nextId = 0

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'id' in value && 'operands' in value

/** The text of an attribute. Unlike JSON, it distinguishes -0 from 0, and keeps infinities and NaN. */
const attributeText = (value: unknown): string => {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (isNode(value)) return `node ${value.id}`
  if (Array.isArray(value)) return `[${value.map(attributeText).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([name, entry]) => `${name}:${attributeText(entry)}`).join(',')}}`
  }
  return String(value)
}

/** A fault with the place where it is made. Only here is a stack taken. */
const placed = (fault: ShapeFault): ShapeFault => {
  const [scope, source] = [openScope(), sourceLine()]
  return {
    ...fault,
    ...(scope.length === 0 ? {} : { scope }),
    ...(source === undefined ? {} : { source }),
  }
}

const inherited = (operands: readonly Node[]): ShapeFault | undefined =>
  operands.find(({ fault }) => fault !== undefined)?.fault

/** Shape and element type of a result. */
interface Signature {
  readonly shape: Shape
  readonly dtype: Node['dtype']
}

const ruleOf = <K extends Op>(
  op: K,
  attributes: AttributesOf<K>,
  operands: OperandsOf<K>,
): E.Either<string, Signature> => shapeRules[op]({ attributes, operands })

const applyRule = <K extends Op>(
  op: K,
  attributes: AttributesOf<K>,
  operands: OperandsOf<K>,
): E.Either<ShapeFault, Signature> => {
  const before = inherited(operands)
  if (before !== undefined) return E.left(before)
  const checked = pipe(
    ruleOf(op, attributes, operands),
    E.filterOrElse(
      ({ shape }) => !shape.some(isTooLong),
      () => `${op}: a dim of the result has more than ${longestDim} characters`,
    ),
  )
  return E.mapLeft((message: string): ShapeFault => {
    const advice = unboundSymbol(operands, (changed) => E.isRight(ruleOf<Op>(op, attributes, changed)))
    return placed({
      tag: 'ShapeFault',
      op,
      message,
      shapes: operands.map((operand) => operand.shape),
      ...(advice === undefined ? {} : { advice }),
    })
  })(checked)
}

/** Leaves that are equal wherever they are written are in no scope; a parameter belongs to a layer. */
const scopeOf = (op: Op, operands: readonly Node[]): Scope =>
  operands.length > 0 || op === 'parameter' ? openScope() : []

/**
 * The node of a primitive applied to operands; the existing node if it was made before. A broken shape rule does not
 * throw: the node carries the fault, which `program` returns.
 */
export const node = <K extends Op>(op: K, attributes: AttributesOf<K>, operands: OperandsOf<K>): Node => {
  const structure = `${op}${attributeText(attributes)}(${operands.map(({ id }) => id).join(',')})`
  const known = interned.get(structure)?.deref()
  if (known !== undefined) return known
  const outcome = applyRule(op, attributes, operands)
  const made: NodeOf<K> = {
    id: nextId,
    op,
    attributes,
    operands,
    ...(E.isRight(outcome)
      ? { shape: outcome.right.shape, dtype: outcome.right.dtype, fault: undefined }
      : { shape: [], dtype: 'f32', fault: outcome.left }),
    scope: scopeOf(op, operands),
  }
  nextId += 1
  const result = anyNode(made)
  // A mistake that is made twice is two: each has its place.
  if (E.isLeft(outcome) && inherited(operands) === undefined) return result
  noteLine(result)
  interned.set(structure, new WeakRef(result))
  forget.register(result, structure)
  return result
}

/**
 * A leaf that is equal to no other, whatever its name: it stands for a value while an expression of it is written, and is
 * replaced before the expression is used. A program that still has it has an input that is not declared.
 */
export const placeholder = (name: string, shape: Shape, dtype: Node['dtype']): Node => {
  nextId += 1
  return {
    id: nextId - 1,
    op: 'input',
    attributes: { name, shape, dtype },
    operands: [],
    shape,
    dtype,
    fault: undefined,
    scope: [],
  }
}

/** A node that only carries a fault: for operations whose arguments are wrong before any primitive is made. */
export const faulty = (op: string, message: string, operands: readonly Node[]): Node => {
  nextId += 1
  return {
    id: nextId - 1,
    op: 'constant',
    attributes: { value: Number.NaN, shape: [], dtype: 'f32' },
    operands: [],
    shape: [],
    dtype: 'f32',
    fault:
      inherited(operands) ??
      placed({ tag: 'ShapeFault', op, message, shapes: operands.map(({ shape }) => shape) }),
    scope: [],
  }
}

/**
 * Applies the rule of a node's primitive, looked up by `node.op` in a table with one rule per primitive.
 *
 * @example
 * const cotangents = (y: NodeOf<'add'>, dy: Node) => dispatch(gradientRules, y, dy)
 */
export const dispatch = <R, K extends Op, Rest extends readonly unknown[]>(
  table: { readonly [P in K]: (of: NodeOf<P>, ...rest: Rest) => R },
  of: NodeOf<K>,
  ...rest: Rest
): R => table[of.op](of, ...rest)
