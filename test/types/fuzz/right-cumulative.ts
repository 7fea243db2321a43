/** Calls that are right by construction: cumulative sums and their kin, recurrences, sorting. */
import * as fc from 'fast-check'
import { call, fixed, number, tensor } from './call.js'
import type { Call, RightCalls } from './call.js'
import { axisOf, drawn, numeric, shape } from './draw.js'

/** A function of one tensor along an axis, with or without options. */
const alongAxis = (
  operations: readonly string[],
  types: typeof numeric,
  ...options: readonly string[]
): fc.Arbitrary<Call> =>
  drawn((draw) => {
    const full = draw(shape(1, 4))
    const option = draw(fc.constantFrom('', ...options))
    return call(
      draw(fc.constantFrom(...operations)),
      tensor(full, draw(types)),
      number(draw(axisOf(full.length))),
      ...(option === '' ? [] : [fixed(option)]),
    )
  })

const real = fc.constant('f32' as const)

export const rightCumulative: RightCalls = {
  cumsum: alongAxis(['cumsum'], numeric, '{ exclusive: true }', '{ exclusive: true, reverse: true }'),
  cumprod: alongAxis(['cumprod'], real, '{ exclusive: true }', '{ reverse: true }'),
  cummax: alongAxis(['cummax'], numeric, '{ reverse: true }'),
  logCumSumExp: alongAxis(['logCumSumExp'], real, '{ reverse: true }'),
  linearRecurrence: drawn((draw) => {
    const full = draw(shape(1, 4))
    return call('linearRecurrence', tensor(full), tensor(full), number(draw(axisOf(full.length))))
  }),
  sort: alongAxis(['sort', 'argSort'], numeric, '{ descending: true }'),
}
