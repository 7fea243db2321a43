import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  add,
  cast,
  countOperations,
  explainFault,
  fromJson,
  full,
  gather,
  gradient,
  input,
  iota,
  liveMemory,
  matmul,
  mul,
  parameter,
  program,
  programOfNodes,
  scan,
  square,
  sum,
  tanh,
  toDot,
  toJson,
  toText,
} from '../../src/dsl/index.js'
import { evaluate } from '../../src/dsl/evaluate/evaluate.js'
import { erased } from '../../src/dsl/erasure.js'
import type { AnyTensor, Node, Tensor } from '../../src/dsl/index.js'
import { dependentRows } from '../../src/dsl/transformations/independent-rows.js'
import { topologicalOrder } from '../../src/dsl/walk.js'
import { expectLeft, expectRight } from '../expect-either.js'
import {
  drawn,
  evaluateNodes,
  expectClose,
  expectGradients,
  f32,
  i32,
  numbersOf,
} from '../support/evaluation.js'

const x = input('x', ['B', 'T', 2])
const w = parameter('w', [2, 2])
const zeros = full(['B', 2], 0)
const recurrent = (reverse: boolean) =>
  scan({ carry: zeros, sequences: x, axis: 1, reverse }, (h, at) => {
    const next = tanh(add(matmul(h, w), at))
    return { carry: next, outputs: next }
  })

const sums = scan({ carry: full([], 0), sequences: input('v', ['T']) }, (total, v) => {
  const next = add(total, v)
  return { carry: next, outputs: next }
})
const v = f32([4], [1, 2, 3, 5])

const scansIn = (nodes: readonly Node[]): readonly Node[] =>
  topologicalOrder(nodes).filter(({ op }) => op === 'scan')

describe('scan', () => {
  it('carries a state from the first position to the last and stacks what each step gives', () => {
    expect(numbersOf(sums.outputs, { v })).toEqual([1, 3, 6, 11])
    expect(numbersOf(sums.carry, { v })).toEqual([11])
  })

  it('in reverse, runs from the last position to the first, and stacks at the positions that it reads', () => {
    const reversed = scan(
      { carry: full([], 0), sequences: input('v', ['T']), reverse: true },
      (total, at) => ({ carry: add(total, at), outputs: add(total, at) }),
    )
    expect(numbersOf(reversed.outputs, { v })).toEqual([11, 10, 8, 5])
  })

  it('over no positions gives the first carry and empty outputs', () => {
    const { carry, outputs } = evaluateNodes(
      { carry: sums.carry.node, outputs: sums.outputs.node },
      { v: f32([0], []) },
    )
    expect([...carry.data]).toEqual([0])
    expect(outputs.shape).toEqual([0])
  })

  it.each([false, true])(
    'along an axis in the middle equals the steps written out (reverse: %s)',
    (reverse) => {
      const values = { x: drawn(1, [3, 4, 2]), w: drawn(2, [2, 2]) }
      const found = evaluateNodes(
        { carry: recurrent(reverse).carry.node, outputs: recurrent(reverse).outputs.node },
        values,
      )
      const at = (b: number, t: number, i: number): number => values.x.data[(b * 4 + t) * 2 + i] ?? 0
      const weight = (i: number, j: number): number => values.w.data[i * 2 + j] ?? 0
      const states = [0, 1, 2].map(() => [0, 0])
      const outputs = new Float64Array(24)
      for (const step of reverse ? [3, 2, 1, 0] : [0, 1, 2, 3]) {
        for (const [b, state] of states.entries()) {
          const before = [...state]
          for (const j of [0, 1]) {
            state[j] = Math.tanh(
              (before[0] ?? 0) * weight(0, j) + (before[1] ?? 0) * weight(1, j) + at(b, step, j),
            )
            outputs[(b * 4 + step) * 2 + j] = state[j] ?? 0
          }
        }
      }
      expectClose([...found.outputs.data], [...outputs], 1e-12)
      expectClose([...found.carry.data], states.flat(), 1e-12)
    },
  )

  it('takes tuples and records, whole numbers among them', () => {
    const { carry, outputs } = scan(
      {
        carry: { count: full([], 0, 'i32'), total: full([], 0) },
        sequences: [iota(['T'], 0), input('v', ['T'])],
      },
      ({ count, total }, [step, at]) => ({
        carry: { count: add(count, step), total: add(total, mul(at, cast(step, 'f32'))) },
        outputs: [count, at],
      }),
    )
    const tensors: readonly Tensor<unknown[], 'i32'>[] = [erased(carry.count.node), erased(outputs[0].node)]
    expect(tensors.map((tensor) => numbersOf(tensor, { v }))).toEqual([[6], [0, 0, 1, 3]])
    expect(numbersOf(carry.total, { v })).toEqual([2 + 6 + 15])
    expect(numbersOf(outputs[1], { v })).toEqual([1, 2, 3, 5])
  })

  it('of equal steps is one loop, and what a step uses from around it is an operand', () => {
    expect(recurrent(false).carry.node).toBe(recurrent(false).carry.node)
    const [scanned] = scansIn([recurrent(false).carry.node])
    expect(scanned?.operands.map(({ op }) => op)).toEqual(['constant', 'transpose', 'parameter'])
  })

  it('computes what does not depend on carry or slices once, before the loop', () => {
    const { carry } = scan({ carry: full([], 0), sequences: input('v', ['T']) }, (total, at) => ({
      carry: add(total, mul(at, sum(square(w)))),
    }))
    expect(carry.node.operands.map(({ op }) => op)).toEqual(['constant', 'input', 'sum'])
  })

  it('nests: a step may hold a loop that uses the carry and the slices of the outer one', () => {
    const nested = scan({ carry: full([], 0), sequences: input('m', ['N', 'T']) }, (outer, row) => {
      const inner = scan({ carry: outer, sequences: row }, (total, at) => ({
        carry: add(mul(total, 0.5), mul(at, outer)),
      }))
      return { carry: add(inner.carry, 1), outputs: inner.carry }
    })
    const m = f32([2, 3], [1, 2, 3, 4, 5, 6])
    let outer = 0
    const outputs = [0, 1].map((row) => {
      let total = outer
      for (const column of [0, 1, 2]) total = total * 0.5 + (m.data[row * 3 + column] ?? 0) * outer
      outer = total + 1
      return total
    })
    expectClose(numbersOf(nested.outputs, { m }), outputs, 1e-12)
    expectGradients(sum(square(nested.outputs)), ['m'], { m: drawn(4, [2, 3]) })
  })
})

describe('the gradient of a scan', () => {
  it('agrees with differences, by all that the loop reads', () => {
    const { carry, outputs } = scan(
      { carry: input('h', ['B', 2]), sequences: x, axis: 1, reverse: true },
      (h, at) => {
        const next = tanh(add(matmul(h, w), mul(at, parameter('scale', [2]))))
        return { carry: next, outputs: mul(next, at) }
      },
    )
    expectGradients(add(sum(square(outputs)), sum(carry)), ['x', 'h', 'w', 'scale'], {
      x: drawn(1, [2, 4, 2]),
      h: drawn(2, [2, 2]),
      w: drawn(3, [2, 2]),
      scale: drawn(5, [2]),
    })
  })

  it('runs one loop forwards and one backwards', () => {
    const { outputs } = recurrent(false)
    const loss = sum(square(outputs))
    const loops = new Set(
      scansIn([loss.node, gradient(loss, w).node]).map(({ operands }) => operands.map(({ id }) => id).join()),
    )
    expect(loops.size).toBe(2)
  })

  it('differentiates no sequence whose gradient nobody wants', () => {
    const loss = sum(square(recurrent(false).outputs))
    const results = scansIn([gradient(loss, w).node])
    expect(results.map(({ shape }) => shape)).not.toContainEqual(['T', 'B', 2, 2])
    expect(results.filter(({ shape }) => shape[0] === 'T')).toHaveLength(2)
  })
})

describe('a program with a scan', () => {
  const looped = expectRight(program({ x }, { y: recurrent(true).outputs, last: recurrent(true).carry }))

  it('is printed with its step', () => {
    expect(toText(looped)).toBe(
      [
        'inputs',
        '  x : [B,T,2]',
        'parameters',
        '  w : [2,2]',
        'operations',
        '  %0 = constant value=0 : [B,2]',
        '  %1 = transpose x permutation=[1,0,2] : [T,B,2]',
        '  %2 = scan %0 %1 w gives=stacked.0 length=T sequences=1 reverse=true : [T,B,2]',
        '    each step',
        '      %0 = matmul carry.0 captured.0 : [B,2]',
        '      %1 = add %0 slice.0 : [B,2]',
        '      %2 = tanh %1 : [B,2]',
        '      carry.0 = %2',
        '      stacked.0 = %2',
        '  %3 = transpose %2 permutation=[1,0,2] : [B,T,2]',
        '  %4 = scan %0 %1 w gives=carry.0 length=T sequences=1 reverse=true : [B,2]',
        'outputs',
        '  y = %3',
        '  last = %4',
      ].join('\n'),
    )
  })

  it('is drawn with its step in a frame', () => {
    expect(toDot(looped).match(/subgraph cluster_/g)).toHaveLength(1)
    expect(toDot(looped)).toContain('label="tanh\\n[B,2]"')
  })

  it('is read back from JSON as the same program, its gradient as well', () => {
    const loss = sum(square(recurrent(false).outputs))
    const all = expectRight(programOfNodes({ ...looped.outputs, slope: gradient(loss, w).node }))
    expect(expectRight(fromJson(JSON.parse(JSON.stringify(toJson(all)))))).toEqual(all)
  })

  it('is read back with an unneeded input that has the name of a leaf of the step', () => {
    for (const spare of [input('carry.0', ['B', 2]), input('carry.0', [7, 1])]) {
      const declared: Readonly<Record<string, AnyTensor>> = { x, 'carry.0': spare }
      const all = expectRight(program(declared, { y: recurrent(false).outputs }))
      expect(expectRight(fromJson(JSON.parse(JSON.stringify(toJson(all)))))).toEqual(all)
    }
  })

  it('counts its step once for each step', () => {
    expect(countOperations(looped, { B: 3, T: 10 })).toEqual(
      E.right({ multiplyAdds: 10 * 3 * 2 * 2, elementwise: 10 * (6 + 6) }),
    )
  })

  it('needs memory for what is stacked, and for one step', () => {
    const { intermediates } = expectRight(liveMemory(looped, { B: 3, T: 10 }))
    const step = 3 * 2 * 4
    // The transposed sequence and the stacked outputs; the carry is an output. In a step, the product and what is made of it.
    expect(intermediates).toBe(2 * 10 * step + step)
  })

  it('has independent rows where its step has, and no others', () => {
    expect(dependentRows([recurrent(false).outputs.node], 'B')).toBeUndefined()
    expect(dependentRows([recurrent(false).carry.node], 'B')).toBeUndefined()
    expect(dependentRows([sums.carry.node], 'T')).toBe('scan [] reads across rows')
    const mixed = scan({ carry: zeros, sequences: x, axis: 1 }, (h, at) => ({ carry: add(h, sum(at, 0)) }))
    expect(dependentRows([mixed.carry.node], 'B')).toBe('sum [2] reads across rows')
  })
})

describe('a fault of a scan', () => {
  const said = (tensor: Tensor<never, never> | { readonly node: Node }): string =>
    explainFault(expectLeft(programOfNodes({ y: tensor.node })))

  it('names what is wrong in the step', () => {
    const { carry } = scan({ carry: zeros, sequences: x, axis: 1 }, (h) => ({
      carry: erased(matmul(h, erased(parameter('u', [3, 2]).node)).node),
    }))
    expect(said(carry)).toContain('scan: in its step, matmul: inner dims 2 and 3 differ')
  })

  it('names the input of a step that is used outside of it', () => {
    let leaked = full(['B', 2], 0)
    scan({ carry: zeros, sequences: x, axis: 1 }, (h) => {
      leaked = h
      return { carry: h }
    })
    expect(explainFault(expectLeft(program({ x }, { y: leaked })))).toContain('is used but not declared')
  })

  it('at run time names the position of the step', () => {
    const { carry } = scan({ carry: full([], 0), sequences: input('ids', ['T'], 'i32') }, (total, id) => ({
      carry: add(total, gather(parameter('table', [3]), id, 0)),
    }))
    const gathered = expectRight(programOfNodes({ y: carry.node }))
    const fault = expectLeft(evaluate(gathered, { ids: i32([3], [0, 3, 1]), table: f32([3], [1, 2, 3]) }))
    expect(explainFault(fault)).toContain('scan, at position 1: gather []: id 3 is not among the 3 positions')
  })

  it('is found in a document: a step that reads another leaf, a result that is no carry', () => {
    const document = toJson(expectRight(program({ x }, { last: recurrent(false).carry })))
    const refused = (change: (node: (typeof document.nodes)[number]) => object): string => {
      const fault = expectLeft(
        fromJson(JSON.parse(JSON.stringify({ ...document, nodes: document.nodes.map(change) }))),
      )
      return fault.tag === 'DocumentFault' ? fault.problems.join('; ') : explainFault(fault)
    }
    const text = (node: object): string => JSON.stringify(node)
    expect(refused((node) => JSON.parse(text(node).replace('"slice.0"', '"slice.9"')))).toContain(
      `the input 'slice.9' f32 [B,2] in its step stands for no operand`,
    )
    expect(refused((node) => JSON.parse(text(node).replace('"carry":0', '"carry":5')))).toContain(
      'there is no carry 5',
    )
    expect(refused((node) => JSON.parse(text(node).replace('"carries":[', '"carries":[99,')))).toContain(
      'attributes.carries',
    )
    expect(refused((node) => JSON.parse(text(node).replace('"sequences":1', '"sequences":9')))).toContain(
      'operands are too few',
    )
  })
})
