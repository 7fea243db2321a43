/** The attributes of every primitive as JSON: one io-ts codec per primitive. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { literals } from './literals.js'
import type { Dim } from '../../shapes/dim.js'
import { isDim } from '../../shapes/dim.js'
import type { AttributesOf, Op } from '../primitives/primitive.js'
import { integer } from './integer.js'

/** A codec of an object with exactly these properties; an unknown property is an error. */
const exactly = <P extends t.Props>(properties: P): t.Type<t.TypeOf<t.TypeC<P>>, unknown> => {
  const inner = t.type(properties)
  return new t.Type<t.TypeOf<t.TypeC<P>>, unknown>(
    inner.name,
    inner.is,
    (input, context) =>
      pipe(
        inner.validate(input, context),
        E.chain((value) => {
          const surplus = Object.keys(value).find((name) => !Object.hasOwn(properties, name))
          return surplus === undefined
            ? t.success(value)
            : t.failure(input, context, `property '${surplus}' is unknown`)
        }),
      ),
    inner.encode,
  )
}

/** Numbers that JSON cannot hold, by the strings that stand for them. */
const unwritable: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
])

/** Any double: NaN, infinities and -0 as strings. */
const double = new t.Type<number, number | string>(
  'number',
  t.number.is,
  (input, context) => {
    const named = typeof input === 'string' ? unwritable.get(input) : input
    return typeof named === 'number' ? t.success(named) : t.failure(input, context)
  },
  (value) =>
    Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : `${value}`,
)

/** The most characters of a dim. Parsing is recursive, so longer ones, which nobody writes, are refused unparsed. */
const longestDim = 1000

/** The most parentheses of a dim that are within each other: parsing takes the time of a pass for each. */
const deepestDim = 32

/** The most axes of a tensor. */
const mostAxes = 64

const depthOf = (text: string): number => {
  let [depth, deepest] = [0, 0]
  for (const sign of text) {
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

const isDimValue = (value: unknown): value is Dim =>
  typeof value === 'number'
    ? isDim(value)
    : typeof value === 'string' && value.length <= longestDim && depthOf(value) <= deepestDim && isDim(value)

/** A list that has at most one entry for each of the axes that a tensor may have. */
const alongAxes = <A>(entry: t.Type<A, A>, name: string): t.Type<readonly A[], readonly A[]> => {
  const list = t.readonlyArray(entry, name)
  return new t.Type(
    name,
    list.is,
    (input, context) =>
      Array.isArray(input) && input.length > mostAxes
        ? t.failure(input, context, `there are ${input.length} axes, and at most ${mostAxes} are allowed`)
        : list.validate(input, context),
    list.encode,
  )
}

const dim = new t.Type<Dim, Dim>(
  'dim',
  isDimValue,
  (input, context) => (isDimValue(input) ? t.success(input) : t.failure(input, context)),
  t.identity,
)

const shape = alongAxes(dim, 'shape')
const sizes = alongAxes(integer, 'sizes')
const pair = t.readonly(t.tuple([integer, integer], 'two whole numbers'))
const dtype = literals(['f32', 'i32', 'bool'], 'element type')

const none = exactly({})
const named = exactly({ name: t.string, shape, dtype })
const axis = exactly({ axis: integer })
const reduction = exactly({ axes: sizes, keepDims: t.boolean })
const drawn = exactly({ shape })

/** The attributes of `scan`: expressions of its step are positions in the list of nodes, all before the node itself. */
export const scanAttributes = exactly({
  carries: t.readonlyArray(integer),
  result: t.union([exactly({ carry: integer }), exactly({ stacked: integer })]),
  length: dim,
  sequences: integer,
  reverse: t.boolean,
})

/** The attributes of `withGradient`: its gradient as positions in the list of nodes, all before the node itself. */
export const ownGradientAttributes = exactly({ cotangents: t.readonlyArray(integer) })

/** The codec of a primitive's attributes, where they hold no expressions. */
export const attributeCodecs: {
  readonly [K in Exclude<Op, 'scan' | 'withGradient'>]: t.Type<AttributesOf<K>, unknown>
} = {
  input: named,
  parameter: named,
  constant: exactly({ value: double, shape, dtype }),
  literal: exactly({ values: t.readonlyArray(double), shape: sizes, dtype }),
  iota: exactly({ axis: integer, shape }),
  dimSize: exactly({ dim, dtype: literals(['f32', 'i32'], 'number type') }),

  neg: none,
  abs: none,
  sign: none,
  floor: none,
  round: none,
  exp: none,
  expm1: none,
  log: none,
  log1p: none,
  sqrt: none,
  rsqrt: none,
  sin: none,
  cos: none,
  tanh: none,
  erf: none,
  sigmoid: none,
  relu: none,
  gelu: none,
  softplus: none,
  not: none,

  add: none,
  sub: none,
  mul: none,
  div: none,
  mod: none,
  pow: none,
  maximum: none,
  minimum: none,
  equal: none,
  less: none,
  lessEqual: none,
  and: none,
  or: none,
  where: none,

  matmul: none,

  transpose: exactly({ permutation: sizes }),
  reshape: exactly({ shape }),
  broadcastTo: exactly({ shape }),
  concat: axis,
  slice: exactly({ axis: integer, start: dim, length: dim }),
  pad: exactly({ axis: integer, before: dim, size: dim, value: double }),

  gather: axis,
  scatterAdd: exactly({ axis: integer, size: dim }),
  argMax: axis,
  topK: exactly({ axis: integer, k: integer }),
  scatterMax: exactly({ axis: integer, size: dim, value: double }),
  takeAlongAxis: axis,
  scatterAlongAxis: exactly({ axis: integer, size: dim }),
  argSort: exactly({ axis: integer, descending: t.boolean }),

  cumsum: exactly({ axis: integer, exclusive: t.boolean, reverse: t.boolean }),
  cummax: exactly({ axis: integer, reverse: t.boolean }),
  linearRecurrence: exactly({ axis: integer, reverse: t.boolean }),

  sum: reduction,
  mean: reduction,
  prod: reduction,
  max: reduction,
  logSumExp: reduction,

  softmax: axis,
  logSoftmax: axis,
  layerNorm: exactly({ epsilon: double }),

  conv2d: exactly({
    stride: pair,
    padding: t.readonly(t.tuple([pair, pair], 'two pairs of whole numbers')),
    dilation: pair,
    inputDilation: pair,
    groups: integer,
  }),

  cast: exactly({ dtype }),
  stopGradient: none,
  randomBits: drawn,
  randomUniform: drawn,
  randomNormal: drawn,
}
