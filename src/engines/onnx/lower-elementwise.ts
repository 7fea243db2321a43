/** Elementwise primitives in ONNX: one operand, two with numpy broadcasting, `where`, and casts. */
import type { Node, NodeOf } from '../../dsl/primitives/primitive.js'
import { broadcastSizes } from '../../dsl/values/broadcast-sizes.js'
import { elementType, elementTypeOf } from './graph-writer.js'
import type { LoweringContext, LoweringRules, Value } from './lowering-rule.js'
import { wrapped } from './lowering-rule.js'

type Unary = { readonly operands: readonly [Node] }
type Binary = { readonly operands: readonly [Node, Node] }

const unary =
  (opType: string) =>
  ({ operands: [x] }: Unary, { graph, value }: LoweringContext): Value => {
    const { name, shape } = value(x)
    return { name: graph.emit(opType, [name]), shape }
  }

const binary =
  (opType: string) =>
  ({ operands: [a, b] }: Binary, { graph, value }: LoweringContext): Value => {
    const [left, right] = [value(a), value(b)]
    return {
      name: graph.emit(opType, [left.name, right.name]),
      shape: broadcastSizes(left.shape, right.shape),
    }
  }

const reciprocalRoot = ({ operands: [x] }: Unary, { graph, value }: LoweringContext): Value => {
  const { name, shape } = value(x)
  return { name: graph.emit('Reciprocal', [graph.emit('Sqrt', [name])]), shape }
}

/** ONNX Runtime computes -Infinity times 0 here, which is NaN. The input is clamped to -1e30, where the result is also 0. */
const gaussianLinearUnit = ({ operands: [x] }: Unary, { graph, value }: LoweringContext): Value => {
  const { name, shape } = value(x)
  return { name: graph.emit('Gelu', [graph.emit('Max', [name, graph.constant('float32', [-1e30])])]), shape }
}

const isSafeDivisor = ({ op, attributes }: Node): boolean =>
  op === 'constant' && attributes.value !== 0 && attributes.value !== -1

/**
 * Division that truncates toward zero, and gives 0 for the divisor 0. ONNX Runtime uses the processor's instruction,
 * which ends the process on x / 0 and on -2^31 / -1; so this divides 64-bit integers and replaces the divisor 0.
 */
const integerDivision = (left: Value, right: Value, context: LoweringContext): string => {
  const { graph } = context
  const wide = (name: string): string => graph.emit('Cast', [name], { to: elementType('int64') })
  const zero = graph.constant('int64', [0])
  const divisor = wide(right.name)
  const byZero = graph.emit('Equal', [divisor, zero])
  const safe = graph.emit('Where', [byZero, graph.constant('int64', [1]), divisor])
  return wrapped(graph.emit('Where', [byZero, zero, graph.emit('Div', [wide(left.name), safe])]), context)
}

const division = (node: NodeOf<'div'>, context: LoweringContext): Value => {
  const [a, b] = node.operands
  if (node.dtype !== 'i32' || isSafeDivisor(b)) return binary('Div')(node, context)
  const [left, right] = [context.value(a), context.value(b)]
  return {
    name: integerDivision(left, right, context),
    shape: broadcastSizes(left.shape, right.shape),
  }
}

/** ONNX Runtime has no `Where` for booleans. */
const select = ({ operands, dtype }: NodeOf<'where'>, { graph, value }: LoweringContext): Value => {
  const [condition, a, b] = [value(operands[0]), value(operands[1]), value(operands[2])]
  const either = (): string =>
    graph.emit('Or', [
      graph.emit('And', [condition.name, a.name]),
      graph.emit('And', [graph.emit('Not', [condition.name]), b.name]),
    ])
  return {
    name: dtype === 'bool' ? either() : graph.emit('Where', [condition.name, a.name, b.name]),
    shape: broadcastSizes(condition.shape, a.shape, b.shape),
  }
}

/**
 * Truncation to 32 bits with wrap-around; 0 for infinities and NaN. It goes through 64 bits, because the processor's
 * conversion to 32 bits is undefined outside their range. Numbers beyond 64 bits are multiples of 2^32: they wrap to 0.
 */
const truncation = (x: Value, context: LoweringContext): string => {
  const { graph } = context
  const inRange = graph.emit('Less', [graph.emit('Abs', [x.name]), graph.constant('float32', [2 ** 63])])
  const finite = graph.emit('Where', [inRange, x.name, graph.constant('float32', [0])])
  return wrapped(graph.emit('Cast', [finite], { to: elementType('int64') }), context)
}

const conversion = (
  { attributes: { dtype }, operands: [x] }: NodeOf<'cast'>,
  context: LoweringContext,
): Value => {
  const from = context.value(x)
  if (x.dtype === dtype) return from
  const name =
    x.dtype === 'f32' && dtype === 'i32'
      ? truncation(from, context)
      : context.graph.emit('Cast', [from.name], { to: elementType(elementTypeOf[dtype]) })
  return { name, shape: from.shape }
}

export const elementwiseRules: LoweringRules<
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'rsqrt'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'erf'
  | 'sigmoid'
  | 'relu'
  | 'gelu'
  | 'not'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'maximum'
  | 'minimum'
  | 'equal'
  | 'less'
  | 'lessEqual'
  | 'and'
  | 'or'
  | 'where'
  | 'cast'
  | 'stopGradient'
> = {
  neg: unary('Neg'),
  abs: unary('Abs'),
  sign: unary('Sign'),
  floor: unary('Floor'),
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  rsqrt: reciprocalRoot,
  sin: unary('Sin'),
  cos: unary('Cos'),
  tanh: unary('Tanh'),
  erf: unary('Erf'),
  sigmoid: unary('Sigmoid'),
  relu: unary('Relu'),
  gelu: gaussianLinearUnit,
  not: unary('Not'),

  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Mul'),
  div: division,
  pow: binary('Pow'),
  maximum: binary('Max'),
  minimum: binary('Min'),
  equal: binary('Equal'),
  less: binary('Less'),
  lessEqual: binary('LessOrEqual'),
  and: binary('And'),
  or: binary('Or'),
  where: select,

  cast: conversion,
  stopGradient: ({ operands: [x] }, { value }) => value(x),
}
