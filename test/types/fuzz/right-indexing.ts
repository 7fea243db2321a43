/** Calls that are right by construction: picking by index, reductions, normalised exponentials, leaves. */
import * as fc from 'fast-check'
import type { Dim } from '../../../src/dsl/index.js'
import {
  call,
  dim as asDim,
  dims,
  fixed,
  handle,
  list,
  number,
  numbers,
  record,
  result,
  tensor,
} from './call.js'
import type { Argument, Call, RightCalls } from './call.js'
import { axisOf, dim, drawn, dtype, numeric, shape } from './draw.js'
import type { Draw } from './draw.js'

const literalOrHandle = (size: Dim): fc.Arbitrary<Argument> => fc.constantFrom(asDim(size), handle(size))

/** No axes, one, or several in any order; with or without `keepDims`. */
const reductionArguments = (rank: number, draw: Draw): readonly Argument[] => {
  const some = fc.shuffledSubarray(Array.from({ length: rank }, (_, axis) => axis))
  const counted = some.map((axes) => axes.map((axis) => (draw(fc.boolean()) ? axis : axis - rank)))
  const axes = draw(
    fc.oneof(
      fc.constant(fixed(`'all'`)),
      ...(rank === 0 ? [] : [axisOf(rank).map(number)]),
      counted.map(numbers),
    ),
  )
  return draw(
    fc.constantFrom<readonly Argument[]>(
      [],
      [axes],
      [axes],
      [axes, fixed('{ keepDims: true }')],
      [axes, fixed('{ keepDims: false }')],
    ),
  )
}

const reduction = (operations: readonly string[], types: typeof numeric): fc.Arbitrary<Call> =>
  drawn((draw) => {
    const full = draw(shape(0, 4))
    return call(
      draw(fc.constantFrom(...operations)),
      tensor(full, draw(types)),
      ...reductionArguments(full.length, draw),
    )
  })

const real = fc.constant('f32' as const)

export const rightIndexing: RightCalls = {
  gather: drawn((draw) => {
    const full = draw(shape(1, 4))
    return call(
      'gather',
      tensor(full, draw(dtype)),
      tensor(draw(shape(0, 2)), 'i32'),
      number(draw(axisOf(full.length))),
    )
  }),
  embedding: drawn((draw) =>
    call('embedding', tensor([draw(dim), draw(dim)]), tensor(draw(shape(0, 3)), 'i32')),
  ),
  scatterAdd: drawn((draw) => {
    const [updates, indices] = [draw(shape(0, 3)), draw(shape(0, 2))]
    const axis = draw(fc.nat(updates.length))
    return call(
      'scatterAdd',
      tensor([...updates.slice(0, axis), ...indices, ...updates.slice(axis)], draw(numeric)),
      tensor(indices, 'i32'),
      number(draw(fc.constantFrom(axis, axis - updates.length - 1))),
      draw(literalOrHandle(draw(dim))),
    )
  }),
  oneHot: drawn((draw) => call('oneHot', tensor(draw(shape(0, 3)), 'i32'), draw(literalOrHandle(draw(dim))))),
  argMax: drawn((draw) => {
    const full = draw(shape(1, 4))
    return call(
      draw(fc.constantFrom('argMax', 'argMin')),
      tensor(full, draw(numeric)),
      number(draw(axisOf(full.length))),
    )
  }),
  randomCategorical: drawn((draw) => {
    const full = draw(shape(1, 4))
    return call('randomCategorical', tensor([2], 'i32'), tensor(full), number(draw(axisOf(full.length))))
  }),
  randomPermutation: drawn((draw) =>
    call('randomPermutation', tensor([2], 'i32'), draw(literalOrHandle(draw(dim)))),
  ),
  randomBernoulli: drawn((draw) => call('randomBernoulli', tensor([2], 'i32'), tensor(draw(shape(0, 3))))),
  topK: drawn((draw) => {
    const full = draw(shape(1, 4))
    const axis = draw(axisOf(full.length))
    const size = full.at(axis)
    const count = draw(fc.integer({ min: 1, max: typeof size === 'number' ? size : 20 }))
    return {
      ...call('topK', tensor(full, draw(numeric)), number(count), number(axis)),
      read: draw(fc.constantFrom('.values', '.indices')),
    }
  }),
  takeAlongAxis: drawn((draw) => {
    const [full, count] = [draw(shape(1, 4)), draw(dim)]
    const axis = draw(axisOf(full.length))
    const indices = full.with(axis, count)
    return call('takeAlongAxis', tensor(full, draw(dtype)), tensor(indices, 'i32'), number(axis))
  }),
  takeElement: drawn((draw) => {
    const indices = draw(shape(0, 3))
    return call('takeElement', tensor([...indices, draw(dim)]), tensor(indices, 'i32'))
  }),
  takeRow: drawn((draw) => {
    const rows = draw(dim)
    return call('takeRow', tensor([rows, draw(dim), draw(dim)]), tensor([rows], 'i32'))
  }),

  reduction: reduction(['sum', 'max', 'min'], numeric),
  realReduction: reduction(['mean', 'logSumExp', 'variance', 'prod', 'std', 'norm'], real),
  quantifier: reduction(['any', 'all'], fc.constant('bool' as const)),
  cosineSimilarity: drawn((draw) => {
    const full = draw(shape(1, 3))
    return call('cosineSimilarity', tensor(full), tensor(full), number(draw(axisOf(full.length))))
  }),
  count: drawn((draw) => {
    const full = draw(shape(1, 4))
    const axes = fc.uniqueArray(fc.nat(full.length - 1), { minLength: 1 }).map(numbers)
    return call('count', tensor(full, draw(dtype)), draw(fc.oneof(axes, axisOf(full.length).map(number))))
  }),
  norm: drawn((draw) => {
    const full = draw(shape(1, 4))
    const options = draw(
      fc.oneof(
        fc.constant<readonly Argument[]>([]),
        axisOf(full.length).map((axis): readonly Argument[] => [record({ axis: number(axis) })]),
      ),
    )
    return call(draw(fc.constantFrom('l2Norm', 'l2Normalize')), tensor(full), ...options)
  }),
  softmax: drawn((draw) => {
    const full = draw(shape(1, 4))
    const axis = draw(axisOf(full.length))
    return call(draw(fc.constantFrom('softmax', 'logSoftmax')), tensor(full), number(axis))
  }),

  cast: drawn((draw) =>
    call(
      'cast',
      tensor(draw(shape(0, 3)), draw(dtype)),
      fixed(draw(fc.constantFrom(`'f32'`, `'i32'`, `'bool'`))),
    ),
  ),
  leaf: drawn((draw) =>
    call(
      'full',
      dims(draw(shape(0, 3))),
      fixed('1'),
      fixed(draw(fc.constantFrom(`'f32'`, `'i32'`, `'bool'`))),
    ),
  ),
  iota: drawn((draw) => {
    const full = draw(shape(1, 3))
    return call('iota', dims(full), number(draw(axisOf(full.length))))
  }),
  axis: drawn((draw) => {
    const full = draw(shape(1, 3))
    const at = call('axis', tensor(full, draw(dtype)), number(draw(axisOf(full.length))))
    return call('full', list([result(at), asDim(draw(dim))]), fixed('1'))
  }),
  sumAndProduct: drawn((draw) => {
    const made = call(draw(fc.constantFrom('plus', 'times')), handle(draw(dim)), handle(draw(dim)))
    return call('full', list([asDim(draw(dim)), result(made)]), fixed('1'))
  }),
  causalMask: drawn((draw) => call('causalMask', draw(literalOrHandle(draw(dim))))),
}
