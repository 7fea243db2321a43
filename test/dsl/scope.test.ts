import { describe, expect, it } from 'vitest'
import type { Node, Tensor } from '../../src/dsl/index.js'
import {
  add,
  countOperations,
  countOperationsByScope,
  explainFault,
  fromJson,
  gradients,
  input,
  linear,
  matmul,
  mul,
  parameter,
  program,
  programOfNodes,
  relu,
  scan,
  scope,
  sized,
  substitute,
  replacement,
  sum,
  tanh,
  toDot,
  toJson,
  toText,
  vmap,
} from '../../src/dsl/index.js'
import { dimHandle, erased } from '../../src/dsl/erasure.js'
import { topologicalOrder } from '../../src/dsl/walk.js'
import { dense, layerStack, residual, sequential } from '../../src/model/index.js'
import { expectLeft, expectRight } from '../expect-either.js'

const x = input('x', ['B', 4])
const layer = (name: string, of: Tensor<['B', 4]>): Tensor<['B', 4]> =>
  scope(name, () => tanh(linear(of, parameter(`${name}.weight`, [4, 4]))))
const encoded = scope('encoder', () => layer('block1', layer('block0', x)))
const encoder = expectRight(program({ x }, { y: mul(encoded, 2) }))

const scopesOf = (node: Node, op: string): readonly (readonly string[])[] =>
  topologicalOrder([node])
    .filter((each) => each.op === op)
    .map(({ scope: of }) => of)

describe('operations written in a scope', () => {
  it('are noted to be in it, and in the scopes around it', () => {
    expect(scopesOf(encoded.node, 'tanh')).toEqual([
      ['encoder', 'block0'],
      ['encoder', 'block1'],
    ])
    expect(scopesOf(encoded.node, 'parameter')).toEqual([
      ['encoder', 'block0'],
      ['encoder', 'block1'],
    ])
  })

  it('are the nodes that they would be without it', () => {
    const made = relu(input('shared', ['B', 3]))
    expect(scope('one', () => relu(input('shared', ['B', 3]))).node).toBe(made.node)
    const first = scope('one', () => tanh(made))
    expect(scope('two', () => tanh(made)).node).toBe(first.node)
    expect(first.node.scope).toEqual(['one'])
  })

  it('do not include those written after it, even if its body throws', () => {
    const failing = (): never => {
      throw new Error('of the body')
    }
    expect(() => scope('broken', failing)).toThrow('of the body')
    expect(tanh(input('after', ['B'])).node.scope).toEqual([])
  })

  it('have gradients in the same scope', () => {
    const w = parameter('block0.weight', [4, 4])
    const slope = gradients(sum(encoded), { w }).w
    const all = topologicalOrder([slope.node]).filter(({ op }) => op === 'matmul')
    expect(all.length).toBeGreaterThan(2)
    for (const { scope: of } of all) expect(of[0]).toBe('encoder')
  })

  it('stay in it where a program is rewritten', () => {
    const adapted = substitute(encoded, [replacement(x, mul(x, 3))])
    expect(scopesOf(adapted.node, 'tanh')).toEqual(scopesOf(encoded.node, 'tanh'))
    const each = vmap((row: Tensor<[5]>) => scope('row', () => tanh(add(row, 1))), input('rows', ['N', 5]))
    expect(each.node.scope).toEqual(['row'])
  })
})

describe('documents of a program with scopes', () => {
  it('name the scopes in its text', () => {
    expect(toText(encoder)).toBe(
      [
        'inputs',
        '  x : [B,4]',
        'parameters',
        '  block0.weight : [4,4]',
        '  block1.weight : [4,4]',
        'operations',
        '  in encoder/block0',
        '    %0 = transpose block0.weight permutation=[1,0] : [4,4]',
        '    %1 = matmul x %0 : [B,4]',
        '    %2 = tanh %1 : [B,4]',
        '  in encoder/block1',
        '    %3 = transpose block1.weight permutation=[1,0] : [4,4]',
        '    %4 = matmul %2 %3 : [B,4]',
        '    %5 = tanh %4 : [B,4]',
        '  %6 = mul %5 2 : [B,4]',
        'outputs',
        '  y = %6',
      ].join('\n'),
    )
  })

  it('frame them in its picture', () => {
    const picture = toDot(encoder)
    expect(picture.match(/subgraph cluster_\w+ \{\n *label="(\w+)"/g)).toHaveLength(3)
    expect(picture.match(/label="matmul/g)).toHaveLength(2)
  })

  it('fold them to one box each in its picture, with the arrows between them', () => {
    const picture = toDot(encoder, { depth: 1 })
    const [first, second] = [...picture.matchAll(/(f\d+) \[label="(block\d)\\n3 operations"/g)]
    expect([first?.[2], second?.[2]]).toEqual(['block0', 'block1'])
    expect(picture).toContain(`${first?.[1]} -> ${second?.[1]}`)
    expect(picture).not.toContain('matmul')
    expect(picture).toContain('label="encoder"')
    const outer = toDot(encoder, { depth: 0 })
    expect(outer).toContain('label="encoder\\n6 operations"')
    expect(outer).not.toContain('subgraph')
  })

  it('fold single ones in its picture, and leave the others open', () => {
    const picture = toDot(encoder, { isOpen: (names) => names.at(-1) !== 'block1' })
    expect(picture).toContain('label="block1\\n3 operations"')
    expect(picture.match(/subgraph cluster_\w+ \{\n *label="(\w+)"/g)).toHaveLength(2)
    expect(picture.match(/label="matmul/g)).toHaveLength(1)
    expect(toDot(encoder, { isOpen: () => true })).toBe(toDot(encoder))
  })

  it('give back the same nodes from JSON, and say their scopes', () => {
    const text = JSON.parse(JSON.stringify(toJson(encoder)))
    expect(JSON.stringify(text)).toContain('"scope":["encoder","block1"]')
    expect(expectRight(fromJson(text)).outputs['y']).toBe(encoder.outputs.y)
  })

  it('make nodes in their scopes where JSON is read first', () => {
    const text = JSON.stringify(toJson(encoder)).replaceAll('block', 'unseen')
    const read = expectRight(fromJson(JSON.parse(text)))
    const y = read.outputs['y']
    expect(y && scopesOf(y, 'tanh')).toEqual([
      ['encoder', 'unseen0'],
      ['encoder', 'unseen1'],
    ])
  })

  it('count operations by scope', () => {
    const counts = expectRight(countOperationsByScope(encoder, { B: 2 }))
    expect([...counts]).toEqual([
      ['encoder', { multiplyAdds: 64, elementwise: 16 }],
      ['encoder/block0', { multiplyAdds: 32, elementwise: 8 }],
      ['encoder/block1', { multiplyAdds: 32, elementwise: 8 }],
    ])
    expect(expectRight(countOperations(encoder, { B: 2 }))).toEqual({ multiplyAdds: 64, elementwise: 24 })
  })

  it('count the step of a loop as often as it has steps', () => {
    const steps = input('steps', ['B', 5, 4])
    const looped = scan({ carry: { h: x }, sequences: { steps }, axis: 1 }, ({ h }, at) => ({
      carry: { h: scope('cell', () => tanh(add(h, at.steps))) },
      outputs: {},
    }))
    const whole = expectRight(program({ x, steps }, { h: looped.carry.h }))
    const counts = expectRight(countOperationsByScope(whole, { B: 2 }))
    expect(counts.get('cell')).toEqual({ multiplyAdds: 0, elementwise: 80 })
  })
})

describe('a fault', () => {
  const wrong = (name: string): Node =>
    scope('encoder', () =>
      scope(name, () => matmul(input('a', [2, 3]), erased(input('b', [4, 5]).node)).node),
    )

  it('says the scope and the line that it was made in', () => {
    const { fault } = wrong('block7')
    expect(fault?.scope).toEqual(['encoder', 'block7'])
    expect(fault?.source).toMatch(/test\/dsl\/scope\.test\.ts:\d+:\d+$/)
    expect(fault && explainFault(fault)).toMatch(
      /^matmul: inner dims 3 and 4 differ \(matmul of \[2,3\] and \[4,5\]\) in encoder\/block7, at \S+scope\.test\.ts:\d+:\d+$/,
    )
  })

  it('of the same mistake at another place says that place', () => {
    expect(wrong('block8').fault?.scope).toEqual(['encoder', 'block8'])
    expect(wrong('block9').fault?.scope).toEqual(['encoder', 'block9'])
  })

  it('in a model of twelve layers names the layer', () => {
    const block = (of: Tensor<['B', 4]>, name: string): Tensor<['B', 4]> => {
      const width = name.endsWith('.7') ? 5 : 4
      return residual(sequential(dense(4, 8), relu, dense(8, 4)))(
        add(of, parameter(`${name}.position`, [dimHandle<4>(width)])),
        name,
      )
    }
    const y = scope('model', () => layerStack(12, block)(x, 'blocks'))
    const fault = expectLeft(program({ x }, { y }))
    expect(explainFault(fault)).toContain('dims 4 and 5 do not broadcast in [B,4] and [5]')
    expect(explainFault(fault)).toMatch(/ in model\/blocks\.7, at \S+scope\.test\.ts:\d+:\d+$/)
  })
})

describe('a symbol with a stated size, used together with the symbol itself,', () => {
  const T = sized('T', 8)

  it('is a fault that says so', () => {
    const y = add(input('a', ['B', T]), input('b', ['B', 'T']))
    const fault = expectLeft(programOfNodes({ y: y.node }))
    expect(explainFault(fault)).toContain('dims 8 and T do not broadcast in [B,8] and [B,T]')
    expect(explainFault(fault)).toContain(
      "'T' is a symbol without a size here, and 8 is another dim: where sized('T', 8) states the size, use its handle in place of every 'T'",
    )
  })

  it('is not suspected where the shapes differ otherwise', () => {
    const y = add(input('a', ['B', 8, 3]), erased(input('b', ['T', 4]).node))
    expect(y.node.fault?.advice).toBeUndefined()
  })
})
