import { describe, expect, it } from 'vitest'
import type { AnyTensor, DimHandle, Tensor } from '../../src/dsl/index.js'
import { dim, explainFault, input, linear, parameter, program, relu, tanh } from '../../src/dsl/index.js'
import type { NamedLayer } from '../../src/model/index.js'
import { dense, layerNormLayer, layerStack, residual, sequential } from '../../src/model/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { drawn, expectClose, numbersOf } from '../support/evaluation.js'

const parametersOf = (y: AnyTensor): readonly string[] =>
  expectRight(program({ x }, { y })).parameters.map(
    ({ attributes: { name, shape } }) => `${name} [${shape.join()}]`,
  )

const x = input('x', ['B', 3])
const values = {
  x: drawn(1, [2, 3]),
  'mlp.0.weight': drawn(2, [4, 3]),
  'mlp.0.bias': drawn(3, [4]),
  'mlp.2.weight': drawn(4, [3, 4]),
  'mlp.2.bias': drawn(5, [3]),
}

describe('a dense layer', () => {
  it('applies its activation to x W + b', () => {
    const layer = dense(3, 4, { activation: tanh })(x, 'mlp.0')
    const plain = tanh(linear(x, parameter('mlp.0.weight', [4, 3]), parameter('mlp.0.bias', [4])))
    expect(layer.node).toBe(plain.node)
  })

  it('has no bias where none is wanted', () => {
    expect(parametersOf(dense(3, 4, { bias: false })(x, 'head'))).toEqual(['head.weight [4,3]'])
  })

  it('takes sizes as handles', () => {
    expect(dense(dim(3), dim('H'))(x, 'head').node).toBe(dense(3, 'H')(x, 'head').node)
  })
})

describe('stages in sequence', () => {
  const mlp = sequential(dense(3, 4), relu, dense(4, 3))

  it('are applied one after the other', () => {
    const first = linear(x, parameter('mlp.0.weight', [4, 3]), parameter('mlp.0.bias', [4]))
    const plain = linear(relu(first), parameter('mlp.2.weight', [3, 4]), parameter('mlp.2.bias', [3]))
    expect(mlp(x, 'mlp').node).toBe(plain.node)
  })

  it("name their parameters by their places, as PyTorch's nn.Sequential does", () => {
    expect(parametersOf(mlp(x, 'mlp'))).toEqual([
      'mlp.0.weight [4,3]',
      'mlp.0.bias [4]',
      'mlp.2.weight [3,4]',
      'mlp.2.bias [3]',
    ])
  })

  it('without a name have names of places only, as a state_dict of nn.Sequential', () => {
    expect(parametersOf(mlp(x, ''))).toEqual(['0.weight [4,3]', '0.bias [4]', '2.weight [3,4]', '2.bias [3]'])
  })

  it('may have names of their own', () => {
    const named = sequential(dense(3, 4), layerNormLayer('norm', dim(4)))
    expect(parametersOf(named(x, 'mlp')).slice(2)).toEqual(['norm.weight [4]', 'norm.bias [4]'])
  })

  it('make a generic model, whose type is stated', () => {
    const model = <I, H>(inputs: DimHandle<I>, hidden: DimHandle<H>): NamedLayer<I, 3> =>
      sequential(dense(inputs, hidden), relu, dense(hidden, 3))
    const y: Tensor<['B', 3]> = model(dim(3), dim(4))(x, 'mlp')
    expect(y.node).toBe(mlp(x, 'mlp').node)
  })

  it('may be models, whose names say where they stand', () => {
    const nested = sequential(mlp, sequential(mlp))
    expect(parametersOf(nested(x, 'm')).filter((name) => name.includes('weight'))).toEqual([
      'm.0.0.weight [4,3]',
      'm.0.2.weight [3,4]',
      'm.1.0.0.weight [4,3]',
      'm.1.0.2.weight [3,4]',
    ])
  })
})

describe('a residual block', () => {
  it('adds what the block gives to what it takes', () => {
    const mlp = sequential(dense(3, 4), relu, dense(4, 3))
    const inner = numbersOf(mlp(x, 'mlp'), values)
    const expected = [...values.x.data].map((value, i) => value + (inner[i] ?? Number.NaN))
    expectClose(numbersOf(residual(mlp)(x, 'mlp'), values), expected)
  })
})

describe('a stack of layers', () => {
  const block = residual(dense(3, 3, { activation: tanh }))

  it('applies the block as often as there are layers, each with parameters of its own', () => {
    expect(layerStack(2, block)(x, 'blocks').node).toBe(block(block(x, 'blocks.0'), 'blocks.1').node)
  })

  it('of no layers gives what it takes', () => {
    expect(layerStack(0, block)(x, 'blocks').node).toBe(x.node)
  })

  it.each([-1, 1.5, Number.NaN])('of %d layers is a fault of the program', (count) => {
    const fault = expectLeft(program({ x }, { y: layerStack(count, block)(x, 'blocks') }))
    expect(explainFault(fault)).toContain(`${count} is not a number of layers: give a whole number`)
  })
})
