/** Calls that are right by construction: normalisation. */
import * as fc from 'fast-check'
import { multiplyDims } from '../../../src/shapes/dim.js'
import { call, number, record, tensor } from './call.js'
import type { Call, RightCalls } from './call.js'
import { dim, drawn, shape } from './draw.js'

const withRead = (of: Call, read: string): Call => ({ ...of, read })

export const rightNorms: RightCalls = {
  layerNorm: drawn((draw) => {
    const width = draw(dim)
    return call('layerNorm', tensor([...draw(shape(0, 3)), width]), tensor([width]), tensor([width]))
  }),

  rmsNorm: drawn((draw) => {
    const width = draw(dim)
    return call('rmsNorm', tensor([...draw(shape(0, 3)), width]), tensor([width]))
  }),

  groupNorm: drawn((draw) => {
    const groups = draw(fc.integer({ min: 1, max: 9 }))
    const channels = multiplyDims(groups, draw(dim))
    const perChannel = tensor([channels])
    return call(
      'groupNorm',
      tensor([draw(dim), channels, ...draw(shape(0, 2))]),
      perChannel,
      perChannel,
      record({ groups: number(groups) }),
    )
  }),

  instanceNorm: drawn((draw) => {
    const channels = draw(dim)
    return call(
      'instanceNorm',
      tensor([draw(dim), channels, ...draw(shape(1, 2))]),
      tensor([channels]),
      tensor([channels]),
    )
  }),

  batchNorm: drawn((draw) => {
    const channels = draw(dim)
    const moments = tensor([channels])
    return call(
      'batchNorm',
      tensor([draw(dim), channels, ...draw(shape(0, 2))]),
      record({ weight: moments, bias: moments, mean: moments, variance: moments }),
    )
  }),

  batchNormOfBatch: drawn((draw) => {
    const channels = draw(dim)
    const of = call(
      'batchNormOfBatch',
      tensor([draw(dim), channels, ...draw(shape(0, 2))]),
      tensor([channels]),
      tensor([channels]),
    )
    return withRead(of, draw(fc.constantFrom('.output', '.mean', '.variance')))
  }),
}
