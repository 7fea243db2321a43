/** Elementwise operators of ONNX. Those of constants and sizes are computed while the file is read. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../../../../dsl/builder.js'
import { broadcastShapes } from '../../../../dsl/primitives/broadcast-shapes.js'
import type { Node } from '../../../../dsl/primitives/primitive.js'
import type { DType } from '../../../../values/value.js'
import type { Call, Operator, Operators } from '../call.js'
import type { Entry, Known } from '../known.js'
import { arithmetic, mapKnown } from '../known.js'
import { dtypeOf } from '../tensor-data.js'
import { ofKnown } from '../value.js'

const allKnown = ({ operands, known }: Call): readonly Known[] | undefined => {
  const found = operands.map((_, position) => known(position)).filter((each) => each !== undefined)
  return found.length === operands.length ? found : undefined
}

/** The result computed now, if all operands are known and it is known for each element; else the node. */
const folded =
  (
    f: (dtype: DType) => (...entries: readonly Entry[]) => Entry | undefined,
    node: Operator,
    result?: DType,
  ): Operator =>
  (call) => {
    const operands = allKnown(call)
    const dtype = operands?.[0]?.dtype
    const found =
      operands === undefined || dtype === undefined
        ? undefined
        : mapKnown(operands, result ?? dtype, f(dtype))
    return found === undefined ? node(call) : ofKnown(found)
  }

const ofNumbers =
  (f: (...numbers: readonly number[]) => number) =>
  (dtype: DType) =>
  (...entries: readonly Entry[]): Entry | undefined => {
    const numbers = entries.filter((entry) => typeof entry === 'number')
    if (numbers.length < entries.length) return undefined
    const value = f(...numbers)
    return dtype === 'f32' ? Math.fround(value) : value
  }

const unary = (f: (x: Node) => Node, exact?: (x: number) => number): Operator => {
  const node: Operator = ({ node: operand }) => f(operand(0))
  return exact === undefined
    ? node
    : folded(
        ofNumbers((x = 0) => exact(x)),
        node,
      )
}

const binary =
  (f: (a: Node, z: Node) => Node): Operator =>
  ({ node }) =>
    f(node(0), node(1))

/** Equal sizes are equal, and no size is below 0; how else a size that is open compares is not known. */
const compared = (f: (a: number, z: number) => boolean, node: (a: Node, z: Node) => Node): Operator =>
  folded(
    () =>
      (a = 0, z = 0): Entry | undefined => {
        if (typeof a === 'number' && typeof z === 'number') return Number(f(a, z))
        if (typeof a === 'number' && a < 0) return Number(f(a, Infinity))
        if (typeof z === 'number' && z < 0) return Number(f(Infinity, z))
        return a === z ? Number(f(0, 0)) : undefined
      },
    binary(node),
    'bool',
  )

const constant = (x: Node, value: number): Node => b.scalarLike(x, value)
const clamp = (x: Node, low: number, high: number): Node =>
  b.minimum(b.maximum(x, constant(x, low)), constant(x, high))

const differs = (a: Node, z: Node): Node => b.or(b.and(a, b.not(z)), b.and(b.not(a), z))
const equal = (a: Node, z: Node): Node => (a.dtype === 'bool' ? b.not(differs(a, z)) : b.equal(a, z))

/** Powers of small whole exponents are products: their gradients hold at 0 and below, too. */
const power: Operator = ({ node, numbers }) => {
  const [base, exponents] = [node(0), numbers(1)]
  const [exponent] = exponents?.length === 1 ? exponents : []
  if (exponent === 1) return base
  if (exponent === 2) return b.mul(base, base)
  if (exponent === 3) return b.mul(b.mul(base, base), base)
  if (exponent === 0.5) return b.sqrt(base)
  if (exponent !== undefined) return b.pow(base, constant(base, exponent))
  return b.pow(base, b.cast(node(1), base.dtype))
}

/** C's remainder has the sign of the dividend, Python's that of the divisor. */
const remainder: Operator = ({ node, int }) => {
  const [a, z] = [node(0), node(1)]
  return int('fmod', 0) === 0 ? b.mod(a, z) : b.mul(b.sign(a), b.mod(b.abs(a), b.abs(z)))
}

const clip: Operator = ({ node, has, numbers, float, opset }) => {
  const x = node(0)
  const limit = (position: number, name: string): Node | undefined => {
    if (opset < 11) return constant(x, float(name, name === 'min' ? -Infinity : Infinity))
    const [only] = numbers(position) ?? []
    return !has(position) ? undefined : only === undefined ? node(position) : constant(x, only)
  }
  const [low, high] = [limit(1, 'min'), limit(2, 'max')]
  const above = low === undefined ? x : b.maximum(x, low)
  return high === undefined ? above : b.minimum(above, high)
}

const foldOver = (
  f: (a: Node, z: Node) => Node,
  exact: (...numbers: readonly number[]) => number,
): Operator =>
  folded(ofNumbers(exact), ({ nodes, refuse }) => {
    const [first, ...others] = nodes()
    return first === undefined ? refuse('it has no operands') : others.reduce(f, first)
  })

const meanOf: Operator = ({ nodes, refuse }) => {
  const [first, ...others] = nodes()
  return first === undefined
    ? refuse('it has no operands')
    : b.scale(others.reduce(b.add, first), 1 / (others.length + 1))
}

const slope = (x: Node, negative: Node): Node => b.where(b.less(x, constant(x, 0)), negative, x)

const gelu: Operator = ({ node, text }) => {
  const x = node(0)
  if (text('approximate', 'none') === 'none') return b.gelu(x)
  const inner = b.scale(b.add(x, b.scale(b.mul(b.mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI))
  return b.mul(x, b.scale(b.add(b.tanh(inner), constant(x, 1)), 0.5))
}

const conversion = (x: Node, dtype: DType): Node =>
  dtype === 'bool' && x.dtype !== 'bool' ? b.not(b.equal(x, constant(x, 0))) : b.cast(x, dtype)

const converted =
  (to: DType) =>
  (entry: Entry = 0): Entry | undefined => {
    if (typeof entry === 'string') return to === 'bool' ? undefined : entry
    return to === 'bool' ? Number(entry !== 0) : to === 'i32' ? Math.trunc(entry) : Math.fround(entry)
  }

const cast: Operator = (call) => {
  const to = dtypeOf(call.int('to', 0))
  if (to === undefined) return call.refuse(`the element type ${call.int('to', 0)} of ONNX is not known here`)
  return folded(
    () => converted(to),
    ({ node }) => conversion(node(0), to),
    to,
  )(call)
}

const castLike: Operator = ({ node, value }) => conversion(node(0), value(1)?.dtype ?? 'f32')

const where: Operator = (call) => {
  const { node, known } = call
  const [condition, one, other] = [known(0), known(1), known(2)]
  if (condition !== undefined && one !== undefined && other !== undefined) {
    const found = mapKnown([condition, one, other], one.dtype, (c, x, y) => (c === 0 ? y : x))
    if (found !== undefined) return ofKnown(found)
  }
  // Masks of 1 x 1, and the like, are one branch.
  const [first] = condition?.entries ?? []
  const isUniform = condition?.entries.every((entry) => entry === first) === true
  if (isUniform && typeof first === 'number') {
    const [picked, left] = first === 0 ? [node(2), node(1)] : [node(1), node(2)]
    const shape = broadcastShapes(picked.shape, left.shape)
    const full = E.isRight(shape) ? broadcastShapes(shape.right, condition?.shape ?? []) : shape
    if (E.isRight(full)) return b.broadcastTo(picked, full.right)
  }
  return b.where(node(0), node(1), node(2))
}

const logistic = (x: Node): Node => b.sigmoid(x)

/** Of integers, whose arithmetic here is modulo 2^32, the lower 32 bits are all that there is. Other masks are not read. */
const lowerBits: Operator = ({ numbers, node, refuse }) => {
  const [masks, others] = [numbers(0), numbers(1)]
  const isMask = (values: readonly number[] | undefined): boolean =>
    values?.length === 1 && values[0] === 2 ** 32 - 1
  if (isMask(others)) return node(0)
  return isMask(masks) ? node(1) : refuse('only the mask of the lower 32 bits is read')
}

export const elementwiseOperators: Operators = {
  Identity: ({ value, node }) => value(0) ?? node(0),
  /** At inference it changes nothing. The mask, if it is wanted, is all true. */
  Dropout: ({ value, node, results }) => {
    const x = value(0) ?? node(0)
    return results > 1 ? [x, b.full(x.shape, 1, 'bool')] : x
  },
  Neg: unary(b.neg, (x) => -x),
  Abs: unary(b.abs, Math.abs),
  Sign: unary(b.sign, Math.sign),
  Floor: unary(b.floor, Math.floor),
  Ceil: unary((x) => b.neg(b.floor(b.neg(x))), Math.ceil),
  Round: unary(b.round),
  Exp: unary(b.exp, Math.exp),
  Log: unary(b.log, Math.log),
  Sqrt: unary(b.sqrt, Math.sqrt),
  Reciprocal: unary(
    (x) => b.div(constant(x, 1), x),
    (x) => 1 / x,
  ),
  Sin: unary(b.sin),
  Cos: unary(b.cos),
  Tan: unary((x) => b.div(b.sin(x), b.cos(x))),
  Sinh: unary((x) => b.scale(b.sub(b.exp(x), b.exp(b.neg(x))), 0.5)),
  Cosh: unary((x) => b.scale(b.add(b.exp(x), b.exp(b.neg(x))), 0.5)),
  Tanh: unary(b.tanh),
  Erf: unary(b.erf),
  Sigmoid: unary(logistic),
  Relu: unary(b.relu),
  Gelu: gelu,
  Softplus: unary(b.softplus),
  Softsign: unary((x) => b.div(x, b.add(constant(x, 1), b.abs(x)))),
  Swish: ({ node, float }) => b.mul(node(0), logistic(b.scale(node(0), float('alpha', 1)))),
  Mish: unary((x) => b.mul(x, b.tanh(b.softplus(x)))),
  HardSwish: unary((x) => b.mul(x, clamp(b.add(b.scale(x, 1 / 6), constant(x, 0.5)), 0, 1))),
  HardSigmoid: ({ node, float }) =>
    clamp(b.add(b.scale(node(0), float('alpha', 0.2)), b.scalar(float('beta', 0.5))), 0, 1),
  LeakyRelu: ({ node, float }) => slope(node(0), b.scale(node(0), float('alpha', 0.01))),
  PRelu: ({ node }) => slope(node(0), b.mul(node(0), node(1))),
  ThresholdedRelu: ({ node, float }) =>
    b.where(b.less(b.scalar(float('alpha', 1)), node(0)), node(0), b.scalar(0)),
  Elu: ({ node, float }) =>
    slope(node(0), b.scale(b.expm1(b.minimum(node(0), b.scalar(0))), float('alpha', 1))),
  Celu: ({ node, float }) => {
    const alpha = float('alpha', 1)
    return slope(node(0), b.scale(b.expm1(b.minimum(b.scale(node(0), 1 / alpha), b.scalar(0))), alpha))
  },
  Selu: ({ node, float }) => {
    const [alpha, gamma] = [float('alpha', 1.6732632423543772), float('gamma', 1.0507009873554805)]
    return b.scale(slope(node(0), b.scale(b.expm1(b.minimum(node(0), b.scalar(0))), alpha)), gamma)
  },
  Not: unary(b.not, (x) => Number(x === 0)),
  IsNaN: unary((x) => b.not(b.equal(x, x))),
  IsInf: ({ node, int }) => {
    const x = node(0)
    const [positive, negative] = [b.equal(x, constant(x, Infinity)), b.equal(x, constant(x, -Infinity))]
    if (int('detect_negative', 1) === 0) return positive
    return int('detect_positive', 1) === 0 ? negative : b.or(positive, negative)
  },

  Add: folded(arithmetic.Add, binary(b.add)),
  Sub: folded(arithmetic.Sub, binary(b.sub)),
  Mul: folded(arithmetic.Mul, binary(b.mul)),
  Div: folded(arithmetic.Div, binary(b.div)),
  Mod: folded(
    ofNumbers((a = 0, z = 1) => a - z * Math.floor(a / z)),
    remainder,
  ),
  Pow: folded(
    ofNumbers((a = 0, z = 1) => a ** z),
    power,
  ),
  Max: foldOver(b.maximum, Math.max),
  Min: foldOver(b.minimum, Math.min),
  Sum: foldOver(b.add, (...all) => all.reduce((x, y) => x + y, 0)),
  Mean: meanOf,
  Clip: clip,
  Equal: compared((a, z) => a === z, equal),
  Less: compared((a, z) => a < z, b.less),
  LessOrEqual: compared((a, z) => a <= z, b.lessEqual),
  Greater: compared(
    (a, z) => a > z,
    (a, z) => b.less(z, a),
  ),
  GreaterOrEqual: compared(
    (a, z) => a >= z,
    (a, z) => b.lessEqual(z, a),
  ),
  And: folded(
    ofNumbers((a = 0, z = 0) => a * z),
    binary(b.and),
  ),
  Or: folded(
    ofNumbers((a = 0, z = 0) => Math.max(a, z)),
    binary(b.or),
  ),
  Xor: folded(
    ofNumbers((a = 0, z = 0) => Number(a !== z)),
    binary(differs),
  ),
  BitwiseAnd: lowerBits,
  Where: where,
  Cast: cast,
  CastLike: castLike,
}
