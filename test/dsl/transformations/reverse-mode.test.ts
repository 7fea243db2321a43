import { describe, expect, it } from 'vitest'
import * as b from '../../../src/dsl/builder.js'
import {
  add,
  broadcastTo,
  cast,
  exp,
  explainFault,
  gather,
  gradient,
  gradientNodes,
  gradients,
  input,
  layerNorm,
  logSoftmax,
  matmul,
  mean,
  mul,
  neg,
  parameter,
  pow,
  program,
  relu,
  scalar,
  sin,
  softmax,
  square,
  stopGradient,
  sub,
  sum,
  tanh,
} from '../../../src/dsl/index.js'
import type { Node, Tensor } from '../../../src/dsl/index.js'
import { topologicalOrder } from '../../../src/dsl/walk.js'
import { expectLeft } from '../../expect-either.js'
import {
  drawn,
  expectClose,
  expectGradients,
  f32,
  i32,
  numberOf,
  numbersOf,
} from '../../support/evaluation.js'

const x = input('x', [3])
const values = { x: f32([3], [1, -2, 3]) }

/** How many nodes are made while `work` runs: serial numbers count them. */
let probes = 0
const nodesMadeBy = (work: () => void): number => {
  const probe = (): number => {
    probes += 1
    return b.input(`probe ${probes}`, []).id
  }
  const before = probe()
  work()
  return probe() - before - 1
}

describe('the gradient of a scalar', () => {
  it('of Σ x² is 2x', () => expectClose(numbersOf(gradient(sum(square(x)), x), values), [2, -4, 6]))

  it('of Σ x³ is 3x²', () => expectClose(numbersOf(gradient(sum(mul(x, square(x))), x), values), [3, 12, 27]))

  it('of itself is 1', () => {
    const s = input('s', [])
    expect(numberOf(gradient(s, s))).toBe(1)
  })

  it('of one entry of a sum over two paths adds the paths', () =>
    expectClose(numbersOf(gradient(add(sum(mul(x, 3)), sum(square(x))), x), values), [5, -1, 9]))

  it('of |Wx|²/2 by W is (Wx)xᵀ, by x is Wᵀ(Wx)', () => {
    const w = parameter('w', [2, 3])
    const column = input('column', [3, 1])
    const product = matmul(w, column)
    const { byWeight, byColumn } = gradients(mul(sum(square(product)), 0.5), {
      byWeight: w,
      byColumn: column,
    })
    const given = { w: f32([2, 3], [1, 2, 3, 4, 5, 6]), column: f32([3, 1], [1, 0, -1]) }
    expectClose(numbersOf(byWeight, given), [-2, 0, 2, -2, 0, 2])
    expectClose(numbersOf(byColumn, given), [-10, -14, -18])
  })

  it('of cross entropy by the logits is (softmax - target) / B', () => {
    const logits = input('logits', ['B', 3])
    const target = input('target', ['B', 3])
    const loss = mean(sum(mul(target, neg(logSoftmax(logits, 1))), 1))
    const given = {
      logits: f32([2, 3], [1, 2, 3, -1, 0, 1]),
      target: f32([2, 3], [0, 0, 1, 1, 0, 0]),
    }
    const probabilities = softmax(logits, 1)
    const expected = numbersOf(mul(sub(probabilities, target), 0.5), given)
    expectClose(numbersOf(gradient(loss, logits), given), expected)
  })

  it('can be taken with respect to intermediate tensors', () => {
    const middle = square(x)
    expectClose(numbersOf(gradient(sum(square(middle)), middle), values), [2, 8, 18])
  })

  it('has the shape of the tensor that it is taken by, symbols included', () => {
    const w = parameter('w', ['K', 2])
    const data = input('data', ['B', 'K'])
    const slope: Tensor<['K', 2]> = gradient(sum(matmul(data, w)), w)
    expect(slope.shape).toEqual(['K', 2])
    const given = { data: f32([2, 3], [1, 2, 3, 4, 5, 6]), w: drawn(1, [3, 2]) }
    expectClose(numbersOf(slope, given), [5, 5, 7, 7, 9, 9])
  })

  it('of a small network agrees with central differences', () => {
    const data = input('data', [4, 5])
    const w = parameter('w', [5, 6])
    const gain = parameter('gain', [6])
    const bias = parameter('bias', [6])
    const hidden = relu(layerNorm(matmul(data, w), gain, bias))
    const loss = mean(square(softmax(matmul(hidden, parameter('out', [6, 3])), 1)))
    const given = {
      data: drawn(1, [4, 5]),
      w: drawn(2, [5, 6]),
      gain: drawn(3, [6]),
      bias: drawn(4, [6]),
      out: drawn(5, [6, 3]),
    }
    expectGradients(loss, ['data', 'w', 'gain', 'bias', 'out'], given)
  })
})

describe('the gradient through broadcasting', () => {
  const wide = input('wide', ['B', 3])
  const given = { ...values, wide: f32([2, 3], [1, 2, 3, 4, 5, 6]) }

  it('of a vector over rows is summed over the rows', () =>
    expectClose(numbersOf(gradient(sum(mul(wide, x)), x), given), [5, 7, 9]))

  it('of a column over an axis of size 1 is summed over that axis', () => {
    const column = input('column', ['B', 1])
    const slope = gradient(sum(mul(wide, column)), column)
    expect(slope.node.shape).toEqual(['B', 1])
    expectClose(numbersOf(slope, { ...given, column: f32([2, 1], [1, 1]) }), [6, 15])
  })

  it('of a scalar is summed over all axes', () => {
    const s = input('s', [])
    expect(numberOf(gradient(sum(mul(wide, s)), s), { ...given, s: f32([], [2]) })).toBe(21)
  })

  it('by broadcastTo is summed over the new positions', () =>
    expectClose(numbersOf(gradient(sum(mul(wide, broadcastTo(x, ['B', 3]))), x), given), [5, 7, 9]))

  it('of matrices over a batch of matrices is summed over the batch', () => {
    const batch = input('batch', [2, 1, 2])
    const w = parameter('w', [2, 1])
    const slope = gradient(sum(matmul(batch, w)), w)
    expectClose(numbersOf(slope, { batch: f32([2, 1, 2], [1, 2, 3, 4]), w: f32([2, 1], [0, 0]) }), [4, 6])
  })
})

describe('the gradient is zero', () => {
  const y = input('y', [2])

  it('where the scalar does not depend on the tensor, and has its shape', () => {
    const slope = gradient(sum(x), y)
    expect(slope.node.shape).toEqual([2])
    expect(numbersOf(slope)).toEqual([0, 0])
  })

  it('where the scalar depends on the tensor only through stopGradient', () => {
    const loss = sum(mul(stopGradient(x), x))
    expect(numberOf(loss, values)).toBe(14)
    expectClose(numbersOf(gradient(loss, x), values), [1, -2, 3])
    expectClose(numbersOf(gradient(sum(stopGradient(square(x))), x), values), [0, 0, 0])
  })

  it('where the scalar depends on the tensor only through integers', () => {
    const loss = sum(cast(cast(x, 'i32'), 'f32'))
    expectClose(numbersOf(gradient(loss, x), values), [0, 0, 0])
  })

  it('where the tensor holds integers, and has its element type', () => {
    const ids = input('ids', [2], 'i32')
    const slope = gradient(sum(gather(x, ids, 0)), ids)
    expect(slope.node.dtype).toBe('i32')
    expect(numbersOf(slope, { ...values, ids: i32([2], [0, 1]) })).toEqual([0, 0])
  })
})

describe('gradients of gradients', () => {
  it('are second derivatives: 12x² for Σ x⁴', () => {
    const slope = gradient(sum(square(square(x))), x)
    expectClose(numbersOf(gradient(sum(slope), x), values), [12, 48, 108])
  })

  it('of gradients are third derivatives: -cos x for Σ sin x', () => {
    const once = gradient(sum(sin(x)), x)
    const twice = gradient(sum(once), x)
    const thrice = gradient(sum(twice), x)
    expectClose(
      numbersOf(thrice, values),
      [1, -2, 3].map((v) => -Math.cos(v)),
    )
  })

  it('give Hessian-vector products', () => {
    const direction = input('direction', [3])
    const f = (t: Tensor<[3]>): Tensor<[]> => mul(sum(exp(t)), sum(square(t)))
    const along = sum(mul(gradient(f(x), x), direction))
    const given = { x: drawn(6, [3]), direction: drawn(7, [3]) }
    expectGradients(along, ['x'], given, 1e-6)
  })

  it('flow through a gradient penalty', () => {
    const w = parameter('w', [3, 3])
    const row = input('row', [1, 3])
    const slope = gradient(sum(tanh(matmul(row, w))), row)
    const penalty = pow(sub(sum(square(slope)), 1), scalar(2))
    expectGradients(penalty, ['w'], { w: drawn(8, [3, 3]), row: drawn(9, [1, 3]) }, 1e-6)
  })
})

describe('a result with several elements or axes', () => {
  it('is refused if it has more than one element, with the number of elements', () => {
    const [slope] = gradientNodes(square(x).node, [x.node])
    const broken: Tensor<[3]> = { ...x, ...(slope === undefined ? {} : { node: slope }) }
    expect(explainFault(expectLeft(program({ x }, { broken })))).toContain('3 elements against 1')
  })

  it('counts as a scalar if it has one element, with any number of axes', () => {
    const [slope] = gradientNodes(b.sum(square(x).node, [0], true), [x.node])
    expectClose(numbersOf({ node: slope ?? x.node }, values), [2, -4, 6])
  })
})

describe('differentiation makes no nodes that are not needed', () => {
  const frozenLayers = (depth: number, name: string): Tensor<[7, 4]> =>
    Array.from({ length: depth }, (_, i) => parameter(`${name}.${i}`, [4, 4])).reduce<Tensor<[7, 4]>>(
      (features, weight) => tanh(matmul(features, weight)),
      input('data', [7, 4]),
    )
  const newNodes = (loss: Node, gradientsOfIt: readonly Node[]): readonly Node[] => {
    const forward = new Set(topologicalOrder([loss]))
    return topologicalOrder(gradientsOfIt).filter((node) => !forward.has(node))
  }

  it('for frozen layers below the trained ones: the cost does not grow with their depth', () => {
    const cost = (depth: number): number => {
      const w = parameter(`head after ${depth}`, [4, 2])
      const loss = sum(square(matmul(frozenLayers(depth, `below ${depth}`), w)))
      return nodesMadeBy(() => void gradientNodes(loss.node, [w.node]))
    }
    cost(2) // makes the constants that all of them share
    expect(cost(20)).toBe(cost(1))
  })

  it('for frozen weights above the trained ones: no product has the shape of such a weight', () => {
    const learned = parameter('learned', [7, 4])
    const loss = add(
      sum(tanh(matmul(learned, parameter('frozen 3', [4, 3])))),
      sum(tanh(matmul(learned, parameter('frozen 5', [4, 5])))),
    )
    const shapes = newNodes(loss.node, gradientNodes(loss.node, [learned.node]))
      .filter(({ op }) => op === 'matmul')
      .map(({ shape }) => shape)
    expect(shapes).toEqual([
      [7, 4],
      [7, 4],
    ])
  })

  it('for a frozen factor: two nodes fewer, its transposed partner and the product', () => {
    const cost = (name: string, learns: readonly ('rows' | 'columns')[]): number => {
      const factors = {
        rows: parameter(`rows of ${name}`, [7, 4]),
        columns: parameter(`columns of ${name}`, [4, 3]),
      }
      const loss = sum(tanh(matmul(factors.rows, factors.columns)))
      const wrt = learns.map((factor) => factors[factor].node)
      return nodesMadeBy(() => void gradientNodes(loss.node, wrt))
    }
    cost('the first', ['rows', 'columns']) // makes the constants that all of them share
    expect(cost('both', ['rows', 'columns']) - cost('one', ['rows'])).toBe(2)
  })

  it('for gain and bias of a frozen norm', () => {
    const learned = parameter('learned', [7, 4])
    const [gain, bias] = [parameter('gain', [4]), parameter('bias', [4])]
    const loss = sum(square(layerNorm(learned, gain, bias)))
    const vectors = newNodes(loss.node, gradientNodes(loss.node, [learned.node])).filter(
      ({ shape }) => shape.length === 1,
    )
    expect(vectors).toEqual([])
  })

  it('on a second call: the nodes are there already', () => {
    const loss = sum(square(frozenLayers(3, 'again')))
    const data = input('data', [7, 4])
    gradient(loss, data)
    expect(nodesMadeBy(() => void gradient(loss, data))).toBe(0)
  })
})

describe('a program of 2^30 paths', () => {
  it('is built, differentiated twice and evaluated in well under a second', () => {
    const began = performance.now()
    const start = input('start', [])
    const end = Array.from({ length: 30 }).reduce<Tensor<[]>>((y) => mul(add(y, y), 0.5), start)
    const powers = Array.from({ length: 30 }).reduce<Tensor<[]>>((y) => mul(y, y), mul(start, 1))
    const doubled = Array.from({ length: 30 }).reduce<Tensor<[]>>((y) => add(y, y), start)
    const given = { start: f32([], [1]) }
    expect(numberOf(end, given)).toBe(1)
    expect(numberOf(gradient(doubled, start), given)).toBe(2 ** 30)
    expect(numberOf(gradient(powers, start), given)).toBe(2 ** 30)
    const curvature = gradient(gradient(powers, start), start)
    expect(numberOf(curvature, given)).toBe(2 ** 30 * (2 ** 30 - 1))
    expect(performance.now() - began).toBeLessThan(1000)
  })
})

describe('a deep program', () => {
  it('of 20,000 operations is differentiated without recursion', () => {
    const deep = Array.from({ length: 20_000 }).reduce<Tensor<[]>>((y) => add(y, 1), input('start', []))
    expect(numberOf(gradient(deep, input('start', [])))).toBe(1)
  })
})
