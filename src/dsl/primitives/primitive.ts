/**
 * The closed set of primitives: every program is built from these and nothing else.
 *
 * Each entry gives the attributes of a primitive and its operands. Shape rules, gradients, evaluation and lowerings are
 * tables with one rule for each entry: a primitive without its rule does not compile.
 */
import type { Dim, Shape } from '../../shapes/dim.js'
import type { ShapeFault } from '../fault.js'
import type { Scope } from '../scope.js'
import type { DType } from '../../values/value.js'

interface None {
  readonly [attribute: string]: never
}
interface Named {
  readonly name: string
  readonly shape: Shape
  readonly dtype: DType
}
interface Axis {
  readonly axis: number
}
interface Reduction {
  /** Axes that are reduced, ascending, each once, counted from the front. */
  readonly axes: readonly number[]
  readonly keepDims: boolean
}
type Leaf<A> = { readonly attributes: A; readonly operands: readonly [] }
type Unary<A = None> = { readonly attributes: A; readonly operands: readonly [Node] }
type Binary<A = None> = { readonly attributes: A; readonly operands: readonly [Node, Node] }
type Ternary<A = None> = { readonly attributes: A; readonly operands: readonly [Node, Node, Node] }
type OneOrMore<A> = { readonly attributes: A; readonly operands: readonly [Node, ...Node[]] }
type Variadic<A> = { readonly attributes: A; readonly operands: readonly Node[] }

/** Spatial attributes of a convolution, each as [height, width]. */
export interface Convolution {
  readonly stride: readonly [number, number]
  /** [[top, bottom], [left, right]]; negative values crop. */
  readonly padding: readonly [readonly [number, number], readonly [number, number]]
  /** Spacing of the kernel's elements. */
  readonly dilation: readonly [number, number]
  /** Spacing of the input's elements: n - 1 zeros between two of them. The adjoint of a stride. */
  readonly inputDilation: readonly [number, number]
  /** Channels and outputs are cut into this many groups, each convolved on its own: as many as channels is depthwise. */
  readonly groups: number
}

/** What a `scan` node gives of its loop: the final value of a carry, or the values of an expression, stacked. */
export type ScanResult = { readonly carry: number } | { readonly stacked: Node }

/**
 * A loop along the first axis of its sequences. Operands are the initial carries, the sequences, then the captured
 * tensors; the expressions are over leaves that stand for these (see `loop.ts`).
 */
export interface Loop {
  /** Each carry after a step, as an expression. */
  readonly carries: readonly Node[]
  readonly result: ScanResult
  /** The number of steps: the first dim of every sequence. */
  readonly length: Dim
  /** How many operands are sequences. */
  readonly sequences: number
  /** Whether the last position is the first step. */
  readonly reverse: boolean
}

/** A gradient of one's own, as expressions over leaves that stand for the cotangent and for captured tensors (`own-gradient.ts`). */
export interface OwnGradient {
  /** The cotangent of each input. */
  readonly cotangents: readonly Node[]
}

/** Every primitive, with the attributes and the operands of its nodes. */
export interface Primitives {
  // leaves
  /** A value given at every run: data. */
  readonly input: Leaf<Named>
  /** A value that belongs to the model: a weight, learnable or frozen. */
  readonly parameter: Leaf<Named>
  /** One number at every position. */
  readonly constant: Leaf<{ readonly value: number; readonly shape: Shape; readonly dtype: DType }>
  /** A small table of numbers, in row-major order. */
  readonly literal: Leaf<{
    readonly values: readonly number[]
    readonly shape: readonly number[]
    readonly dtype: DType
  }>
  /** 0, 1, 2, ... along one axis, the same along the others; i32. */
  readonly iota: Leaf<Axis & { readonly shape: Shape }>
  /** The size of a dim as a scalar, known once symbols are bound. */
  readonly dimSize: Leaf<{ readonly dim: Dim; readonly dtype: 'f32' | 'i32' }>

  // elementwise, one operand
  readonly neg: Unary
  readonly abs: Unary
  /** -1, 0 or 1. */
  readonly sign: Unary
  readonly floor: Unary
  /** To the nearest whole number; halves to the even one, as numpy and IEEE 754 round. */
  readonly round: Unary
  readonly exp: Unary
  /** eˣ - 1, with all digits also where x is near 0. */
  readonly expm1: Unary
  readonly log: Unary
  /** ln(1 + x), with all digits also where x is near 0. */
  readonly log1p: Unary
  readonly sqrt: Unary
  /** 1 / sqrt(x) */
  readonly rsqrt: Unary
  readonly sin: Unary
  readonly cos: Unary
  readonly tanh: Unary
  readonly erf: Unary
  readonly sigmoid: Unary
  readonly relu: Unary
  /** x Φ(x), the exact form with erf (Hendrycks & Gimpel 2016). */
  readonly gelu: Unary
  /** ln(1 + eˣ) (Dugas et al. 2000); its gradient is the sigmoid, at 0 too. */
  readonly softplus: Unary
  readonly not: Unary

  // elementwise, two operands, numpy broadcasting
  readonly add: Binary
  readonly sub: Binary
  readonly mul: Binary
  /** Division; for i32 it truncates toward zero. */
  readonly div: Binary
  /**
   * Remainder with the sign of the divisor, as in Python and numpy: exact, without a rounded quotient. Of i32 by 0 it is 0;
   * of f32 by 0, NaN.
   */
  readonly mod: Binary
  readonly pow: Binary
  readonly maximum: Binary
  readonly minimum: Binary
  readonly equal: Binary
  readonly less: Binary
  readonly lessEqual: Binary
  readonly and: Binary
  readonly or: Binary
  /** where(condition, a, b): a where the condition holds, else b; broadcasting. */
  readonly where: Ternary

  // contraction
  /** Matrix product of the last two axes; leading axes broadcast. */
  readonly matmul: Binary

  // layout
  /** Axis i of the result is axis permutation[i] of the operand. */
  readonly transpose: Unary<{ readonly permutation: readonly number[] }>
  readonly reshape: Unary<{ readonly shape: Shape }>
  readonly broadcastTo: Unary<{ readonly shape: Shape }>
  readonly concat: Variadic<Axis>
  /** `length` elements from `start` along one axis. */
  readonly slice: Unary<Axis & { readonly start: Dim; readonly length: Dim }>
  /** The operand placed `before` positions into an axis of `size`, the rest filled with `value`. Adjoint of slice. */
  readonly pad: Unary<Axis & { readonly before: Dim; readonly size: Dim; readonly value: number }>

  // indexing
  /** gather(table, ids): the axis of the table is replaced by the axes of ids. */
  readonly gather: Binary<Axis>
  /** scatterAdd(updates, ids): adjoint of gather; zeros of `size` along the axis, updates added where ids point. */
  readonly scatterAdd: Binary<Axis & { readonly size: Dim }>
  /** Index of the largest element along an axis (the first of equals); i32, the axis is dropped. */
  readonly argMax: Unary<Axis>
  /** Indices of the k largest elements along an axis, largest first, the first of equals first; i32. */
  readonly topK: Unary<Axis & { readonly k: number }>
  /** scatterMax(updates, ids): for each of `size` positions the largest of `value` and the updates that point there. */
  readonly scatterMax: Binary<Axis & { readonly size: Dim; readonly value: number }>
  /** takeAlongAxis(x, ids): result[i][j] = x[i][ids[i][j]] along axis 1; equal dims on all other axes. */
  readonly takeAlongAxis: Binary<Axis>
  /** scatterAlongAxis(updates, ids): adjoint of takeAlongAxis; zeros of `size` along the axis, updates added where ids point. */
  readonly scatterAlongAxis: Binary<Axis & { readonly size: Dim }>
  /** Indices that sort an axis, equal elements in their order; i32. NaN counts as the largest. */
  readonly argSort: Unary<Axis & { readonly descending: boolean }>

  // along an axis, each from all before it; `reverse` begins at the end
  /** Sums of the elements up to each position, which `exclusive` leaves out. */
  readonly cumsum: Unary<Axis & { readonly exclusive: boolean; readonly reverse: boolean }>
  /** The largest element up to each position. */
  readonly cummax: Unary<Axis & { readonly reverse: boolean }>
  /** linearRecurrence(a, x): h_t = a_t h_{t-1} + x_t from h = 0. */
  readonly linearRecurrence: Binary<Axis & { readonly reverse: boolean }>

  // reductions
  readonly sum: Unary<Reduction>
  readonly mean: Unary<Reduction>
  readonly prod: Unary<Reduction>
  readonly max: Unary<Reduction>
  readonly logSumExp: Unary<Reduction>

  // fused for speed and stability; each has a definition in smaller primitives (definitions.ts)
  readonly softmax: Unary<Axis>
  readonly logSoftmax: Unary<Axis>
  /** layerNorm(x, gain, bias) over the last axis. */
  readonly layerNorm: Ternary<{ readonly epsilon: number }>

  /** conv2d(images [B,C,H,W], kernels [O,C/groups,h,w]): cross-correlation, as in every deep learning library. */
  readonly conv2d: Binary<Convolution>

  readonly cast: Unary<{ readonly dtype: DType }>
  /** The identity whose gradient is zero. */
  readonly stopGradient: Unary
  /** withGradient(value, inputs ..., captured ...): the value, whose gradient flows to the inputs alone, as the attributes say. */
  readonly withGradient: OneOrMore<OwnGradient>

  /**
   * A result of a loop: a final carry, or [length, ...] of the values that an expression has at each step, stacked at
   * the positions that the steps read.
   */
  readonly scan: Variadic<Loop>

  // random, from a key: an i32 tensor of shape [2]
  /** 32 random bits for each element, as i32 (`values/random-grid.ts`). */
  readonly randomBits: Unary<{ readonly shape: Shape }>
  /** Uniform in [0, 1): the upper 24 bits times 2^-24. */
  readonly randomUniform: Unary<{ readonly shape: Shape }>
  /** Standard normal: two of each pair of uniform numbers. */
  readonly randomNormal: Unary<{ readonly shape: Shape }>
}

/** Name of a primitive. */
export type Op = keyof Primitives

/** Attributes of a primitive. */
export type AttributesOf<K extends Op> = Primitives[K]['attributes']

/** Operands of a primitive, a tuple of nodes. */
export type OperandsOf<K extends Op> = Primitives[K]['operands']

/** A node of the graph: a primitive applied to other nodes. Equal nodes are the same object. */
export interface NodeOf<K extends Op> {
  /** Serial number; operands always have smaller ones. */
  readonly id: number
  readonly op: K
  readonly attributes: AttributesOf<K>
  readonly operands: OperandsOf<K>
  readonly shape: Shape
  readonly dtype: DType
  /** The first shape rule that this node or one it depends on breaks. `program` refuses such a node. */
  readonly fault: ShapeFault | undefined
  /** The scopes in which it was first written; no part of what the node is. Leaves other than parameters are in none. */
  readonly scope: Scope
}

/** Any node, discriminated by `op`. */
export type Node = { [K in Op]: NodeOf<K> }[Op]
