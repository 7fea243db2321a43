import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import { faulty, node } from '../../src/dsl/node.js'
import { topologicalOrder } from '../../src/dsl/walk.js'

describe('a node built twice', () => {
  const build = () => b.add(b.mul(b.input('x', ['B', 3]), b.scalar(2)), b.parameter('w', [3]))

  it('is one object', () => expect(build()).toBe(build()))

  it('is one object for any order of its attributes', () => {
    const x = b.input('x', [2, 3])
    expect(node('sum', { axes: [1], keepDims: true }, [x])).toBe(
      node('sum', { keepDims: true, axes: [1] }, [x]),
    )
  })

  it('is another object when name, shape, type, attribute or operand order differ', () => {
    const x = b.input('x', [2])
    const variants = [
      x,
      b.input('y', [2]),
      b.input('x', ['2']),
      b.input('x', [2, 1]),
      b.input('x', [2], 'i32'),
      b.parameter('x', [2]),
      b.sum(x, [0]),
      b.sum(x, [0], true),
      b.sub(x, b.scalar(1)),
      b.sub(b.scalar(1), x),
    ]
    expect(new Set(variants).size).toBe(variants.length)
  })

  it('is another object if its name imitates the text of other attributes', () => {
    expect(b.input('a","b', [])).not.toBe(b.input('a', []))
    expect(b.input('x', ['a,b'])).not.toBe(b.input('x', ['a', 'b']))
  })

  it('is another object for -0 and 0, and one object for NaN', () => {
    expect(b.scalar(-0)).not.toBe(b.scalar(0))
    expect(b.scalar(Number.NaN)).toBe(b.scalar(Number.NaN))
    expect(b.scalar(Infinity)).not.toBe(b.scalar(-Infinity))
    expect(b.scalar(Number.NaN)).not.toBe(b.scalar(0))
  })
})

describe('serial numbers', () => {
  it('grow from operands to the nodes that use them', () => {
    const y = b.add(b.input('x', [3]), b.exp(b.input('x', [3])))
    for (const each of topologicalOrder([y])) {
      for (const operand of each.operands) expect(operand.id).toBeLessThan(each.id)
    }
  })
})

describe('a broken shape rule', () => {
  const broken = b.matmul(b.input('a', [2, 3]), b.input('b', [4, 5]))

  it('does not throw: the node carries its fault', () =>
    expect(broken.fault).toEqual({
      tag: 'ShapeFault',
      op: 'matmul',
      message: 'matmul: inner dims 3 and 4 differ',
      shapes: [
        [2, 3],
        [4, 5],
      ],
      source: expect.stringMatching(/node\.test\.ts:\d+:\d+$/),
    }))

  it('is carried by every node that depends on it, and the first fault is reported', () => {
    const again = b.matmul(b.exp(broken), b.input('c', [7, 8]))
    const other = b.add(b.input('d', [2]), b.input('e', [3]))
    expect(again.fault).toBe(broken.fault)
    expect(b.add(again, other).fault).toBe(broken.fault)
    expect(b.add(other, again).fault).toBe(other.fault)
  })

  it('is kept by layout functions that have nothing to do', () => {
    expect(b.reshape(broken, [])).toMatchObject({ fault: broken.fault })
    expect(b.broadcastTo(broken, [])).toMatchObject({ fault: broken.fault })
    expect(b.transpose(broken, [])).toMatchObject({ fault: broken.fault })
    expect(b.concat([broken], 0)).toMatchObject({ fault: broken.fault })
    expect(b.cast(broken, 'f32')).toMatchObject({ fault: broken.fault })
  })

  it('of an operation without a primitive gives way to the fault of an operand', () => {
    const x = b.input('x', [2])
    expect(faulty('rearrange', 'why', [x]).fault).toEqual({
      tag: 'ShapeFault',
      op: 'rearrange',
      message: 'why',
      shapes: [[2]],
      source: expect.stringMatching(/node\.test\.ts:\d+:\d+$/),
    })
    expect(faulty('rearrange', 'why', [x, broken]).fault).toBe(broken.fault)
  })
})

describe('layout functions that have nothing to do', () => {
  const x = b.input('x', ['B', 3])
  it('return their operand', () => {
    expect(b.reshape(x, ['B', 3])).toBe(x)
    expect(b.broadcastTo(x, ['B', 3])).toBe(x)
    expect(b.transpose(x, [0, 1])).toBe(x)
    expect(b.concat([x], 0)).toBe(x)
    expect(b.slice(x, 1, 0, 3)).toBe(x)
    expect(b.pad(x, 1, 0, 0)).toBe(x)
    expect(b.cast(x, 'f32')).toBe(x)
    expect(b.sum(x, [])).toBe(x)
  })
})
