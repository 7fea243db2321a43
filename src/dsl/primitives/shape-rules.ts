/**
 * The run-time shape rule of every primitive: from its attributes and operands to the shape and element type of the
 * result, or a sentence that says what is wrong. The types in `shape/` are the same rules for the compiler.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Dim, Shape } from '../../shapes/dim.js'
import { loopProblem } from './loop-checks.js'
import { ownGradientProblem } from './own-gradient.js'
import { broadcastShapes } from './broadcast-shapes.js'
import { expectConvolvable, convolvedSize, stepsAlong, expectGroups } from './convolution-size.js'
import {
  addDims,
  cancelCommonFactors,
  longestDim,
  sameShape,
  showShape,
  sumOfDims,
} from '../../shapes/dim.js'
import type { AttributesOf, Node, Op, OperandsOf } from './primitive.js'
import {
  expectAscending,
  expectAxis,
  expectDims,
  expectKey,
  expectSameType,
  expectType,
  firstOf,
  expectValues,
  first,
} from './shape-checks.js'
import type { DType } from '../../values/value.js'
import { elementCount } from '../../values/value.js'

/** Shape and element type of a result. */
interface Signature {
  readonly shape: Shape
  readonly dtype: DType
}

type Outcome = E.Either<string, Signature>
type RuleOf<Attributes, Operands> = (application: {
  readonly attributes: Attributes
  readonly operands: Operands
}) => Outcome
type Rule<K extends Op> = RuleOf<AttributesOf<K>, OperandsOf<K>>

const ok = (shape: Shape, dtype: DType): Outcome => E.right({ shape, dtype })
const wrong = (message: string): Outcome => E.left(message)

/** Runs the next rule only where the check passes. */
const provided = (check: string | undefined, next: () => Outcome): Outcome =>
  check === undefined ? next() : wrong(check)

// ---- shape functions

const replaceAxis = (shape: Shape, axis: number, ...by: readonly Dim[]): Shape => [
  ...shape.slice(0, axis),
  ...by,
  ...shape.slice(axis + 1),
]

/** Whether `length` positions from `start` are known to go beyond an axis of `size`. */
const exceeds = (start: Dim, length: Dim | undefined, size: Dim | undefined): boolean =>
  typeof start === 'number' && typeof length === 'number' && typeof size === 'number' && start + length > size

/** What is wrong where two shapes differ on another axis than the one given. */
const differOffAxis = (op: string, axis: number, x: Shape, ids: Shape): string | undefined =>
  x.length === ids.length && x.every((dim, i) => i === axis || dim === ids[i])
    ? undefined
    : `${op} axis ${axis}: ${showShape(x)} and indices ${showShape(ids)} differ off that axis`

/** Shape after a reduction. */
const reducedShape = (shape: Shape, axes: readonly number[], keepDims: boolean): Shape =>
  shape.flatMap((dim, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [dim]))

// ---- rules that several primitives share

const unary =
  (op: string, ...allowed: readonly DType[]) =>
  ({ operands: [x] }: { readonly operands: readonly [Node] }): Outcome =>
    provided(expectType(op, x, ...allowed), () => ok(x.shape, x.dtype))

const binary =
  (op: string, result: DType | 'same', ...allowed: readonly DType[]) =>
  ({ operands: [a, b] }: { readonly operands: readonly [Node, Node] }): Outcome =>
    provided(first(expectSameType(op, a, b), expectType(op, a, ...allowed)), () =>
      E.map((shape: Shape) => ({ shape, dtype: result === 'same' ? a.dtype : result }))(
        broadcastShapes(a.shape, b.shape),
      ),
    )

const reduction =
  (op: string, ...allowed: readonly DType[]): Rule<'sum' | 'mean' | 'prod' | 'max' | 'logSumExp'> =>
  ({ attributes: { axes, keepDims }, operands: [x] }) =>
    provided(
      first(
        expectType(op, x, ...allowed),
        firstOf(axes.map((axis) => expectAxis(axis, x.shape))),
        expectAscending(op, axes),
      ),
      () => ok(reducedShape(x.shape, axes, keepDims), x.dtype),
    )

const normalizing =
  (op: string): Rule<'softmax' | 'logSoftmax'> =>
  ({ attributes: { axis }, operands: [x] }) =>
    provided(first(expectType(op, x, 'f32'), expectAxis(axis, x.shape)), () => ok(x.shape, x.dtype))

const leaf =
  (op: string): Rule<'input' | 'parameter'> =>
  ({ attributes: { name, shape, dtype } }) =>
    provided(first(name === '' ? `${op}: the name is empty` : undefined, expectDims(shape)), () =>
      ok(shape, dtype),
    )

const drawn =
  (op: string, dtype: DType): Rule<'randomBits' | 'randomUniform' | 'randomNormal'> =>
  ({ attributes: { shape }, operands: [key] }) =>
    provided(first(expectKey(op, key), expectDims(shape)), () => ok(shape, dtype))

const scattering =
  (op: 'scatterAdd' | 'scatterMax'): Rule<'scatterAdd'> =>
  ({ attributes: { axis, size }, operands: [updates, ids] }) => {
    const after = axis + ids.shape.length
    const indexed = updates.shape.slice(axis, after)
    return provided(
      first(
        expectType(`${op}: updates`, updates, ...number),
        expectType(`${op}: indices`, ids, 'i32'),
        expectDims([size]),
        Number.isInteger(axis) && axis >= 0 ? undefined : `${op}: there is no axis ${axis}`,
        after <= updates.shape.length && showShape(indexed) === showShape(ids.shape)
          ? undefined
          : `${op}: indices ${showShape(ids.shape)} do not match ${showShape(updates.shape)} at axis ${axis}`,
      ),
      () => ok([...updates.shape.slice(0, axis), size, ...updates.shape.slice(after)], updates.dtype),
    )
  }

/** For primitives of which each element is computed from those before it along an axis. */
const cumulative = (
  op: string,
  axis: number,
  [x, ...rest]: readonly [Node, ...(readonly Node[])],
  ...allowed: readonly DType[]
): Outcome =>
  provided(
    first(
      expectType(op, x, ...allowed),
      expectAxis(axis, x.shape),
      ...rest.flatMap((other) => [
        expectSameType(op, x, other),
        sameShape(x.shape, other.shape)
          ? undefined
          : `${op}: shapes ${showShape(x.shape)} and ${showShape(other.shape)} differ`,
      ]),
    ),
    () => ok(x.shape, x.dtype),
  )

const number: readonly DType[] = ['f32', 'i32']

export const shapeRules: { readonly [K in Op]: Rule<K> } = {
  input: leaf('input'),
  parameter: leaf('parameter'),
  constant: ({ attributes: { value, shape, dtype } }) =>
    provided(first(expectDims(shape), expectValues('constant', dtype, [value])), () => ok(shape, dtype)),
  literal: ({ attributes: { values, shape, dtype } }) => {
    const count = elementCount(shape)
    return provided(
      first(
        expectDims(shape),
        count === values.length
          ? undefined
          : `literal: ${values.length} values do not fill ${showShape(shape)}, which holds ${count}`,
        expectValues('literal', dtype, values),
      ),
      () => ok(shape, dtype),
    )
  },
  iota: ({ attributes: { axis, shape } }) =>
    provided(first(expectDims(shape), expectAxis(axis, shape)), () => ok(shape, 'i32')),
  dimSize: ({ attributes: { dim, dtype } }) => provided(expectDims([dim]), () => ok([], dtype)),

  neg: unary('neg', ...number),
  abs: unary('abs', ...number),
  sign: unary('sign', ...number),
  floor: unary('floor', 'f32'),
  round: unary('round', 'f32'),
  exp: unary('exp', 'f32'),
  expm1: unary('expm1', 'f32'),
  log: unary('log', 'f32'),
  log1p: unary('log1p', 'f32'),
  sqrt: unary('sqrt', 'f32'),
  rsqrt: unary('rsqrt', 'f32'),
  sin: unary('sin', 'f32'),
  cos: unary('cos', 'f32'),
  tanh: unary('tanh', 'f32'),
  erf: unary('erf', 'f32'),
  sigmoid: unary('sigmoid', 'f32'),
  relu: unary('relu', 'f32'),
  gelu: unary('gelu', 'f32'),
  softplus: unary('softplus', 'f32'),
  not: unary('not', 'bool'),

  add: binary('add', 'same', ...number),
  sub: binary('sub', 'same', ...number),
  mul: binary('mul', 'same', ...number),
  div: binary('div', 'same', ...number),
  mod: binary('mod', 'same', ...number),
  pow: binary('pow', 'same', 'f32'),
  maximum: binary('maximum', 'same', ...number),
  minimum: binary('minimum', 'same', ...number),
  equal: binary('equal', 'bool', 'f32', 'i32', 'bool'),
  less: binary('less', 'bool', ...number),
  lessEqual: binary('lessEqual', 'bool', ...number),
  and: binary('and', 'bool', 'bool'),
  or: binary('or', 'bool', 'bool'),
  where: ({ operands: [condition, a, b] }) =>
    provided(first(expectType('where', condition, 'bool'), expectSameType('where', a, b)), () =>
      E.chain((shape: Shape) =>
        E.map((full: Shape) => ({ shape: full, dtype: a.dtype }))(broadcastShapes(shape, condition.shape)),
      )(broadcastShapes(a.shape, b.shape)),
    ),

  matmul: ({ operands: [a, b] }) => {
    const [rows, inner] = a.shape.slice(-2)
    const [innerB, columns] = b.shape.slice(-2)
    if (rows === undefined || inner === undefined) {
      return wrong(`matmul: left operand ${showShape(a.shape)} needs rank >= 2`)
    }
    if (innerB === undefined || columns === undefined) {
      return wrong(`matmul: right operand ${showShape(b.shape)} needs rank >= 2`)
    }
    return provided(
      first(
        expectType('matmul', a, 'f32'),
        expectSameType('matmul', a, b),
        inner === innerB ? undefined : `matmul: inner dims ${inner} and ${innerB} differ`,
      ),
      () =>
        E.map((batch: Shape) => ({ shape: [...batch, rows, columns], dtype: a.dtype }))(
          broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2)),
        ),
    )
  },

  transpose: ({ attributes: { permutation }, operands: [x] }) =>
    provided(
      permutation.length === x.shape.length && x.shape.every((_, axis) => permutation.includes(axis))
        ? undefined
        : `transpose: [${permutation.join(',')}] is not a permutation of the axes of ${showShape(x.shape)}`,
      () =>
        ok(
          permutation.map((axis) => x.shape[axis] ?? 1),
          x.dtype,
        ),
    ),
  reshape: ({ attributes: { shape }, operands: [x] }) => {
    if (showShape(x.shape).length + showShape(shape).length > 2 * longestDim) {
      return wrong(`reshape: a shape has more than ${longestDim} characters`)
    }
    const [left, right] = cancelCommonFactors(x.shape, shape)
    return provided(
      first(
        expectDims(shape),
        left === right
          ? undefined
          : `reshape ${showShape(x.shape)} -> ${showShape(shape)}: ${left} elements against ${right}`,
      ),
      () => ok(shape, x.dtype),
    )
  },
  broadcastTo: ({ attributes: { shape }, operands: [x] }) => {
    const message = `broadcastTo: ${showShape(x.shape)} to ${showShape(shape)}`
    const offset = shape.length - x.shape.length
    const fits = offset >= 0 && x.shape.every((dim, axis) => dim === 1 || dim === shape[offset + axis])
    return provided(first(expectDims(shape), fits ? undefined : message), () => ok(shape, x.dtype))
  },
  concat: ({ attributes: { axis }, operands }) => {
    const [head, ...rest] = operands
    if (head === undefined) return wrong('concat: needs at least one tensor')
    const offAxis = (shape: Shape): string => showShape(replaceAxis(shape, axis, '_'))
    const misfit = rest.find(
      ({ shape }) => shape.length !== head.shape.length || offAxis(shape) !== offAxis(head.shape),
    )
    const length = sumOfDims(operands.map(({ shape }) => shape[axis] ?? 0))
    return provided(
      first(
        expectAxis(axis, head.shape),
        misfit &&
          `concat axis ${axis}: ${showShape(head.shape)} and ${showShape(misfit.shape)} differ off that axis`,
        firstOf(rest.map((x) => expectSameType('concat', head, x))),
        length === undefined
          ? `concat axis ${axis}: the sum of its dims has more than ${longestDim} characters`
          : undefined,
      ),
      () => ok(replaceAxis(head.shape, axis, length ?? 0), head.dtype),
    )
  },
  slice: ({ attributes: { axis, start, length }, operands: [x] }) =>
    provided(
      first(
        expectAxis(axis, x.shape),
        expectDims([start, length]),
        exceeds(start, length, x.shape[axis])
          ? `slice: positions ${start} to ${addDims(start, length)} are not in axis ${axis} of ${showShape(x.shape)}`
          : undefined,
      ),
      () => ok(replaceAxis(x.shape, axis, length), x.dtype),
    ),
  pad: ({ attributes: { axis, before, size, value }, operands: [x] }) => {
    const inner = x.shape[axis]
    return provided(
      first(
        expectAxis(axis, x.shape),
        expectDims([before, size]),
        expectValues('pad', x.dtype, [value]),
        exceeds(before, inner, size)
          ? `pad: ${inner} elements after ${before} do not fit into ${size}`
          : undefined,
      ),
      () => ok(replaceAxis(x.shape, axis, size), x.dtype),
    )
  },

  gather: ({ attributes: { axis }, operands: [table, ids] }) =>
    provided(first(expectAxis(axis, table.shape), expectType('gather: ids', ids, 'i32')), () =>
      ok(replaceAxis(table.shape, axis, ...ids.shape), table.dtype),
    ),
  scatterAdd: scattering('scatterAdd'),
  argMax: ({ attributes: { axis }, operands: [x] }) =>
    provided(
      first(
        expectType('argMax', x, ...number),
        expectAxis(axis, x.shape),
        x.shape[axis] === 0 ? `argMax: axis ${axis} of ${showShape(x.shape)} is empty` : undefined,
      ),
      () => ok(replaceAxis(x.shape, axis), 'i32'),
    ),
  topK: ({ attributes: { axis, k }, operands: [x] }) => {
    const size = x.shape[axis]
    return provided(
      first(
        expectType('topK', x, ...number),
        expectAxis(axis, x.shape),
        Number.isInteger(k) && k >= 1 && !(typeof size === 'number' && k > size)
          ? undefined
          : `topK: ${k} elements of axis ${axis} of ${showShape(x.shape)}`,
      ),
      () => ok(replaceAxis(x.shape, axis, k), 'i32'),
    )
  },

  scatterMax: (application) =>
    provided(expectValues('scatterMax', application.operands[0].dtype, [application.attributes.value]), () =>
      scattering('scatterMax')(application),
    ),
  takeAlongAxis: ({ attributes: { axis }, operands: [x, ids] }) =>
    provided(
      first(
        expectAxis(axis, x.shape),
        expectType('takeAlongAxis: indices', ids, 'i32'),
        differOffAxis('takeAlongAxis', axis, x.shape, ids.shape),
      ),
      () => ok(ids.shape, x.dtype),
    ),
  scatterAlongAxis: ({ attributes: { axis, size }, operands: [updates, ids] }) =>
    provided(
      first(
        expectType('scatterAlongAxis: updates', updates, ...number),
        expectType('scatterAlongAxis: indices', ids, 'i32'),
        expectAxis(axis, updates.shape),
        expectDims([size]),
        sameShape(updates.shape, ids.shape)
          ? undefined
          : `scatterAlongAxis: updates ${showShape(updates.shape)} and indices ${showShape(ids.shape)} differ`,
      ),
      () => ok(replaceAxis(updates.shape, axis, size), updates.dtype),
    ),
  argSort: ({ attributes: { axis }, operands: [x] }) =>
    provided(first(expectType('argSort', x, ...number), expectAxis(axis, x.shape)), () => ok(x.shape, 'i32')),

  cumsum: ({ attributes: { axis }, operands }) => cumulative('cumsum', axis, operands, ...number),
  cummax: ({ attributes: { axis }, operands }) => cumulative('cummax', axis, operands, ...number),
  linearRecurrence: ({ attributes: { axis }, operands }) =>
    cumulative('linearRecurrence', axis, operands, 'f32'),

  sum: reduction('sum', ...number),
  mean: reduction('mean', 'f32'),
  prod: reduction('prod', 'f32'),
  max: reduction('max', ...number),
  logSumExp: reduction('logSumExp', 'f32'),

  softmax: normalizing('softmax'),
  logSoftmax: normalizing('logSoftmax'),
  layerNorm: ({ operands: [x, gain, bias] }) => {
    const width = x.shape.at(-1)
    const misfit = [gain, bias].find(({ shape }) => shape.length !== 1 || shape[0] !== width)
    return provided(
      first(
        expectType('layerNorm', x, 'f32'),
        width === undefined ? 'layerNorm: needs rank >= 1' : undefined,
        misfit && `layerNorm: gain and bias are [${width ?? ''}], got ${showShape(misfit.shape)}`,
        expectSameType('layerNorm', x, gain),
        expectSameType('layerNorm', x, bias),
      ),
      () => ok(x.shape, x.dtype),
    )
  },

  conv2d: ({ attributes, operands: [images, kernels] }) => {
    const [batch, channels, height, width] = images.shape
    const [outputs, channelsK, kernelHeight, kernelWidth] = kernels.shape
    if (images.shape.length !== 4 || batch === undefined) {
      return wrong(`conv2d: images are [batch,channels,height,width], got ${showShape(images.shape)}`)
    }
    if (kernels.shape.length !== 4 || outputs === undefined) {
      return wrong(`conv2d: kernels are [outputs,channels,height,width], got ${showShape(kernels.shape)}`)
    }
    const misgrouped = expectGroups(attributes.groups, channels ?? 1, channelsK ?? 1, outputs)
    if (misgrouped !== undefined) return wrong(misgrouped)
    if (
      typeof height !== 'number' ||
      typeof width !== 'number' ||
      typeof kernelHeight !== 'number' ||
      typeof kernelWidth !== 'number'
    ) {
      return wrong(
        `conv2d: height and width are literal sizes, got ${showShape(images.shape)} and ${showShape(kernels.shape)}`,
      )
    }
    return provided(
      first(
        expectType('conv2d', images, 'f32'),
        expectSameType('conv2d', images, kernels),
        expectConvolvable(height, kernelHeight, stepsAlong(attributes, 0)),
        expectConvolvable(width, kernelWidth, stepsAlong(attributes, 1)),
      ),
      () => {
        const out: Shape = [
          convolvedSize(height, kernelHeight, stepsAlong(attributes, 0)),
          convolvedSize(width, kernelWidth, stepsAlong(attributes, 1)),
        ]
        return ok([batch, outputs, ...out], images.dtype)
      },
    )
  },

  cast: ({ attributes: { dtype }, operands: [x] }) => ok(x.shape, dtype),
  stopGradient: ({ operands: [x] }) => ok(x.shape, x.dtype),
  withGradient: (application) =>
    provided(ownGradientProblem(application), () => {
      const [{ shape, dtype }] = application.operands
      return ok(shape, dtype)
    }),
  scan: (loop) =>
    provided(loopProblem(loop), () => {
      const { result, length } = loop.attributes
      if ('stacked' in result) return ok([length, ...result.stacked.shape], result.stacked.dtype)
      const carry = loop.operands[result.carry]
      return carry === undefined
        ? wrong(`scan: there is no carry ${result.carry}`)
        : ok(carry.shape, carry.dtype)
    }),
  randomBits: drawn('randomBits', 'i32'),
  randomUniform: drawn('randomUniform', 'f32'),
  randomNormal: drawn('randomNormal', 'f32'),
}
