/** Calls that are right by construction: matrix products, einsum, affine maps, convolution and pooling. */
import * as fc from 'fast-check'
import type { Dim } from '../../../src/dsl/index.js'
import { multiplyDims } from '../../../src/shapes/dim.js'
import { call, dim as asDim, fixed, handle, list, number, numbers, record, spec, tensor } from './call.js'
import type { Argument, RightCalls } from './call.js'
import { axisNames, dim, drawn, namedSizes, narrowed, shape, size } from './draw.js'

/** A tensor with an axis for each name. */
const named = (names: readonly string[], sizes: ReadonlyMap<string, Dim>): Argument =>
  tensor(names.map((name) => sizes.get(name) ?? 1))

export const rightProducts: RightCalls = {
  matmul: drawn((draw) => {
    const batch = draw(shape(0, 3))
    const [rows, inner, columns] = [draw(dim), draw(dim), draw(dim)]
    return call(
      'matmul',
      tensor([...draw(narrowed(batch)), rows, inner]),
      tensor([...draw(narrowed(batch)), inner, columns]),
    )
  }),

  einsum: drawn((draw) => {
    const sizes = draw(namedSizes)
    const a = draw(fc.shuffledSubarray([...axisNames], { minLength: 1, maxLength: 4 }))
    const b = draw(fc.shuffledSubarray([...axisNames], { maxLength: 4 }))
    const out = draw(fc.shuffledSubarray([...new Set([...a, ...b])]))
    const text = `${a.join(' ')}, ${b.join(' ')} -> ${out.join(' ')}`
    return call('einsum', spec(text), named(a, sizes), named(b, sizes))
  }),

  einsumOfSeveral: drawn((draw) => {
    const sizes = draw(namedSizes)
    const count = draw(fc.integer({ min: 2, max: 4 }))
    const leading = draw(shape(0, 2))
    const operands = Array.from({ length: count }, () => {
      const names: readonly string[] = draw(fc.shuffledSubarray([...axisNames], { maxLength: 3 }))
      return draw(fc.boolean()) ? names : names.toSpliced(draw(fc.nat(names.length)), 0, '...')
    })
    const out = draw(fc.shuffledSubarray([...new Set(operands.flat())]))
    return call(
      'einsum',
      spec(`${operands.map((names) => names.join(' ')).join(', ')} -> ${out.join(' ')}`),
      ...operands.map((names) =>
        tensor(names.flatMap((name) => (name === '...' ? leading : [sizes.get(name) ?? 1]))),
      ),
    )
  }),

  einsumOne: drawn((draw) => {
    const sizes = draw(namedSizes)
    const a = draw(fc.array(fc.constantFrom(...axisNames.slice(0, 4)), { minLength: 1, maxLength: 4 }))
    const out = draw(fc.shuffledSubarray([...new Set(a)]))
    return call('einsumOne', spec(`${a.join(' ')} -> ${out.join(' ')}`), named(a, sizes))
  }),

  linear: drawn((draw) => {
    const [inputs, outputs] = [draw(dim), draw(dim)]
    const bias = draw(fc.boolean()) ? [tensor([outputs])] : []
    return call('linear', tensor([...draw(shape(0, 3)), inputs]), tensor([outputs, inputs]), ...bias)
  }),

  conv2d: drawn((draw) => {
    const channels = draw(dim)
    const [kernel, side] = [fc.integer({ min: 1, max: 7 }), fc.integer({ min: 7, max: 300 })]
    const [steps, gaps] = [fc.integer({ min: 1, max: 16 }), fc.nat(3)]
    const either = (of: fc.Arbitrary<number>): Argument =>
      draw(fc.boolean()) ? number(draw(of)) : numbers([draw(of), draw(of)])
    const stride = { stride: either(steps) }
    const padding = { padding: either(gaps) }
    const options = draw(
      fc.constantFrom<readonly Argument[]>(
        [],
        [record(stride)],
        [record(padding)],
        [record({ ...stride, ...padding })],
        [record({ padding: fixed(`'same'`), dilation: number(draw(fc.integer({ min: 1, max: 3 }))) })],
      ),
    )
    return call(
      'conv2d',
      tensor([draw(dim), channels, draw(side), draw(side)]),
      tensor([draw(dim), channels, draw(kernel), draw(kernel)]),
      ...options,
    )
  }),

  groupedConv2d: drawn((draw) => {
    const [groups, inGroup, outputs] = [draw(fc.integer({ min: 1, max: 9 })), draw(dim), draw(dim)]
    const channels = multiplyDims(groups, inGroup)
    return call(
      'conv2d',
      tensor([draw(dim), channels, 9, 9]),
      tensor([multiplyDims(groups, outputs), inGroup, 3, 3]),
      record({ groups: number(groups) }),
    )
  }),
  conv1d: drawn((draw) => {
    const channels = draw(dim)
    return call(
      'conv1d',
      tensor([draw(dim), channels, draw(fc.integer({ min: 7, max: 300 }))]),
      tensor([draw(dim), channels, draw(fc.integer({ min: 1, max: 7 }))]),
      record({ stride: number(draw(fc.integer({ min: 1, max: 9 }))), padding: number(draw(fc.nat(3))) }),
    )
  }),
  convTranspose2d: drawn((draw) => {
    const channels = draw(dim)
    const [kernel, length] = [fc.integer({ min: 3, max: 7 }), fc.integer({ min: 1, max: 300 })]
    return call(
      'convTranspose2d',
      tensor([draw(dim), channels, draw(length), draw(length)]),
      tensor([channels, draw(dim), draw(kernel), draw(kernel)]),
      record({ stride: number(draw(fc.integer({ min: 1, max: 9 }))), padding: number(draw(fc.nat(1))) }),
    )
  }),
  maxPool2d: drawn((draw) => {
    const length = fc.integer({ min: 7, max: 300 })
    return call(
      draw(fc.constantFrom('maxPool2d', 'avgPool2d')),
      tensor([draw(dim), draw(dim), draw(length), draw(length)]),
      number(draw(fc.integer({ min: 1, max: 7 }))),
      record({ stride: number(draw(fc.integer({ min: 1, max: 9 }))), padding: number(draw(fc.nat(3))) }),
    )
  }),
  resize2d: drawn((draw) =>
    call(
      'resize2d',
      tensor([draw(dim), draw(dim), draw(dim), draw(dim)]),
      list([asDim(draw(dim)), handle(draw(dim))]),
    ),
  ),
  pixelShuffle: drawn((draw) => {
    const factor = draw(fc.integer({ min: 1, max: 9 }))
    const channels = multiplyDims(factor * factor, draw(dim))
    return call('pixelShuffle', tensor([draw(dim), channels, draw(dim), draw(dim)]), number(factor))
  }),

  avgPool2d: drawn((draw) => {
    const window = draw(fc.integer({ min: 1, max: 16 }))
    const side = fc.oneof(
      fc.constantFrom<Dim>('R', `${window}*R`, '12*R'),
      size.map((count) => count * window),
    )
    return call('avgPool2d', tensor([draw(dim), draw(dim), draw(side), draw(side)]), number(window))
  }),
  cholesky: drawn((draw) => {
    const rows = draw(dim)
    return call('cholesky', tensor([...draw(shape(0, 2)), rows, rows]))
  }),
  solve: drawn((draw) => {
    const [batch, rows] = [draw(shape(0, 2)), draw(dim)]
    return call(
      draw(fc.constantFrom('solve', 'triangularSolve')),
      tensor([...batch, rows, rows]),
      tensor([...batch, rows, draw(dim)]),
    )
  }),
}
