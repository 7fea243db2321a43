/** Calls that are right by construction: reductions over segments, scatters, slices at a tensor index. */
import * as fc from 'fast-check'
import { call, dim as asDim, handle, number, tensor } from './call.js'
import type { RightCalls } from './call.js'
import { axisOf, dim, drawn, dtype, fromFront, numeric, shape } from './draw.js'

const literalOrHandle = dim.chain((size) => fc.constantFrom(asDim(size), handle(size)))

export const rightScatter: RightCalls = {
  segment: drawn((draw) => {
    const [rows, row] = [draw(dim), draw(shape(0, 3))]
    return call(
      draw(fc.constantFrom('segmentSum', 'segmentMax')),
      tensor([rows, ...row], draw(numeric)),
      tensor([rows], 'i32'),
      draw(literalOrHandle),
    )
  }),
  realSegment: drawn((draw) => {
    const [rows, row] = [draw(dim), draw(shape(0, 3))]
    return call(
      draw(fc.constantFrom('segmentMean', 'segmentSoftmax')),
      tensor([rows, ...row]),
      tensor([rows], 'i32'),
      draw(literalOrHandle),
    )
  }),
  scatter: drawn((draw) => {
    const [full, indices, of] = [draw(shape(1, 3)), draw(shape(0, 2)), draw(dtype)]
    const axis = draw(axisOf(full.length))
    const updates = full.toSpliced(fromFront(axis, full.length), 1, ...indices)
    return call('scatter', tensor(full, of), tensor(updates, of), tensor(indices, 'i32'), number(axis))
  }),
  scatterMax: drawn((draw) => {
    const [updates, indices] = [draw(shape(0, 3)), draw(shape(0, 2))]
    const axis = draw(fc.nat(updates.length))
    return call(
      'scatterMax',
      tensor(updates.toSpliced(axis, 0, ...indices), draw(numeric)),
      tensor(indices, 'i32'),
      number(draw(fc.constantFrom(axis, axis - updates.length - 1))),
      draw(literalOrHandle),
    )
  }),
  dynamicSlice: drawn((draw) => {
    const full = draw(shape(1, 4))
    const axis = draw(axisOf(full.length))
    const size = full.at(axis)
    const length = draw(fc.nat(typeof size === 'number' ? size : 20))
    return call(
      'dynamicSlice',
      tensor(full, draw(dtype)),
      tensor([], 'i32'),
      number(axis),
      draw(fc.constantFrom(asDim(length), handle(length))),
    )
  }),
  dynamicUpdateSlice: drawn((draw) => {
    const [full, of] = [draw(shape(1, 4)), draw(dtype)]
    const axis = draw(axisOf(full.length))
    const size = full.at(axis)
    const length = draw(fc.nat(typeof size === 'number' ? size : 20))
    return call(
      'dynamicUpdateSlice',
      tensor(full, of),
      tensor(full.with(axis, length), of),
      tensor([], 'i32'),
      number(axis),
    )
  }),
}
