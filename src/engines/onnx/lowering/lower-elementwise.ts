/** Elementwise primitives in ONNX: one operand, two with numpy broadcasting, `where`, and casts. */
import type { Node, NodeOf } from '../../../dsl/primitives/primitive.js'
import { broadcastSizes } from '../../../values/broadcast-sizes.js'
import { elementType, elementTypeOf, int } from './graph-writer.js'
import type { GraphWriter } from './graph-writer.js'
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

/** eˣ - 1 = tanh(x / 2) (eˣ + 1): a product of factors that have all their digits, so it keeps them near 0. */
const exponentialLessOne = ({ operands: [x] }: Unary, { graph, value }: LoweringContext): Value => {
  const { name, shape } = value(x)
  const half = graph.emit('Mul', [name, graph.constant('float32', [0.5])])
  const above = graph.emit('Add', [graph.emit('Exp', [name]), graph.constant('float32', [1])])
  return { name: graph.emit('Mul', [graph.emit('Tanh', [half]), above]), shape }
}

/**
 * ln(1 + x) = x ln(u) / (u - 1) with u = 1 + x as it is rounded, and x where u is 1: the rounding of u is in both factors
 * (Goldberg 1991, "What every computer scientist should know about floating-point arithmetic", theorem 4).
 */
const logOfOnePlus = (x: string, graph: GraphWriter): string => {
  const one = graph.constant('float32', [1])
  const sum = graph.emit('Add', [x, one])
  const [log, rest] = [graph.emit('Log', [sum]), graph.emit('Sub', [sum, one])]
  const isExact = graph.emit('Equal', [rest, x])
  const corrected = graph.emit('Mul', [log, graph.emit('Div', [x, rest])])
  const isOne = graph.emit('Equal', [sum, one])
  return graph.emit('Where', [isOne, x, graph.emit('Where', [isExact, log, corrected])])
}

/** max(x, 0) + ln(1 + e^-|x|). ONNX Runtime's own operator loses the digits of small results. */
const softplus = ({ operands: [x] }: Unary, { graph, value }: LoweringContext): Value => {
  const { name, shape } = value(x)
  const decay = graph.emit('Exp', [graph.emit('Neg', [graph.emit('Abs', [name])])])
  const above = graph.emit('Max', [name, graph.constant('float32', [0])])
  return { name: graph.emit('Add', [above, logOfOnePlus(decay, graph)]), shape }
}

/** 1 / (1 + e⁻ˣ). ONNX Runtime's own operator loses the digits of small results, which a gate does not need. */
const sigmoid = (node: NodeOf<'sigmoid'>, { graph, value, isGate }: LoweringContext): Value => {
  const { name, shape } = value(node.operands[0])
  if (isGate(node)) return { name: graph.emit('Sigmoid', [name]), shape }
  const decay = graph.emit('Exp', [graph.emit('Neg', [name])])
  const above = graph.emit('Add', [decay, graph.constant('float32', [1])])
  return { name: graph.emit('Reciprocal', [above]), shape }
}

/** Remainder with the sign of the divisor; of integers by 0 it is 0, where the processor's instruction ends the process. */
const remainder = ({ operands, dtype }: NodeOf<'mod'>, context: LoweringContext): Value => {
  const { graph, value } = context
  const [left, right] = [value(operands[0]), value(operands[1])]
  const shape = broadcastSizes(left.shape, right.shape)
  return {
    name:
      dtype === 'i32' ? integerRemainder(left, right, context) : realRemainder(left.name, right.name, graph),
    shape,
  }
}

/** C's `fmod` has the sign of the dividend. */
const realRemainder = (left: string, right: string, graph: GraphWriter): string => {
  const zero = graph.constant('float32', [0])
  const rest = graph.emit('Mod', [left, right], { fmod: int(1) })
  const [isNegative, byNegative] = [graph.emit('Less', [rest, zero]), graph.emit('Less', [right, zero])]
  const differs = graph.emit('And', [
    graph.emit('Xor', [isNegative, byNegative]),
    graph.emit('Not', [graph.emit('Equal', [rest, zero])]),
  ])
  return graph.emit('Where', [differs, graph.emit('Add', [rest, right]), rest])
}

const integerRemainder = (left: Value, right: Value, context: LoweringContext): string => {
  const { graph } = context
  const wide = (name: string): string => graph.emit('Cast', [name], { to: elementType('int64') })
  const [zero, divisor] = [graph.constant('int64', [0]), wide(right.name)]
  const byZero = graph.emit('Equal', [divisor, zero])
  const safe = graph.emit('Where', [byZero, graph.constant('int64', [1]), divisor])
  return wrapped(graph.emit('Mod', [wide(left.name), safe]), context)
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
  | 'round'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'rsqrt'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'erf'
  | 'sigmoid'
  | 'relu'
  | 'gelu'
  | 'softplus'
  | 'not'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'mod'
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
  | 'withGradient'
> = {
  neg: unary('Neg'),
  abs: unary('Abs'),
  sign: unary('Sign'),
  floor: unary('Floor'),
  round: unary('Round'),
  exp: unary('Exp'),
  expm1: exponentialLessOne,
  log: unary('Log'),
  log1p: ({ operands: [x] }, { graph, value }) => ({ ...value(x), name: logOfOnePlus(value(x).name, graph) }),
  sqrt: unary('Sqrt'),
  rsqrt: reciprocalRoot,
  sin: unary('Sin'),
  cos: unary('Cos'),
  tanh: unary('Tanh'),
  erf: unary('Erf'),
  sigmoid,
  relu: unary('Relu'),
  gelu: gaussianLinearUnit,
  softplus,
  not: unary('Not'),

  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Mul'),
  div: division,
  mod: remainder,
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
  withGradient: ({ operands: [x] }, { value }) => value(x),
}
