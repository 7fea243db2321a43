import { describe, expect, it } from 'vitest'
import type { TensorValue } from '../../src/values/value.js'
import { joinNamedRows, joinRows, labelTensor, pickNamedRows, pickRows } from '../../src/values/rows.js'

const table = (shape: readonly number[], ...data: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from(data),
})

describe('rows of tensor values', () => {
  it('can be picked in any order and more than once', () => {
    expect(pickRows(table([3, 2], 1, 2, 3, 4, 5, 6), [2, 0, 2])).toEqual(table([3, 2], 5, 6, 1, 2, 5, 6))
  })

  it('can be numbers or tensors', () => {
    expect(pickRows(table([3], 7, 8, 9), [1])).toEqual(table([1], 8))
    expect(pickRows(table([2, 1, 2], 1, 2, 3, 4), [1])).toEqual(table([1, 1, 2], 3, 4))
  })

  it('keep their element type', () => {
    expect(pickRows(labelTensor([4, 5, 6]), [2, 1])).toEqual(labelTensor([6, 5]))
    const bools: TensorValue = { dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) }
    expect(pickRows(bools, [1, 1])).toEqual({ dtype: 'bool', shape: [2], data: Uint8Array.of(1, 1) })
  })

  it('of several tables are joined to one table', () => {
    expect(joinRows([table([2, 2], 1, 2, 3, 4), table([0, 2]), table([1, 2], 5, 6)])).toEqual(
      table([3, 2], 1, 2, 3, 4, 5, 6),
    )
  })

  it('can be picked from and joined to named tables', () => {
    const tables = { a: table([2], 1, 2), b: table([2, 1], 3, 4) }
    expect(pickNamedRows(tables, [1], 'source.')).toEqual({
      'source.a': table([1], 2),
      'source.b': table([1, 1], 4),
    })
    expect(joinNamedRows([tables, tables])).toEqual({
      a: table([4], 1, 2, 1, 2),
      b: table([4, 1], 3, 4, 3, 4),
    })
    expect(joinNamedRows([])).toEqual({})
  })
})
