/** Calls that are right by construction: the same elements under another shape, parts of tensors, tensors joined. */
import * as fc from 'fast-check'
import { multiplyDims, productOfDims } from '../../../src/shapes/dim.js'
import type { Dim } from '../../../src/dsl/index.js'
import {
  argumentText,
  call,
  dim as asDim,
  fixed,
  handle,
  list,
  number,
  numbers,
  record,
  sizesOf,
  spec,
  tensor,
} from './call.js'
import type { Argument, RightCalls } from './call.js'
import {
  axisNames,
  axisOf,
  dim,
  drawn,
  dtype,
  fromFront,
  namedSizes,
  narrowed,
  numeric,
  shape,
  shuffled,
  size,
  symbol,
} from './draw.js'
import type { Draw } from './draw.js'

/** Cuts a list into groups of one to three. */
const grouped = <T>(items: readonly T[], draw: Draw): readonly (readonly T[])[] => {
  if (items.length === 0) return []
  const length = draw(fc.integer({ min: 1, max: Math.min(3, items.length) }))
  return [items.slice(0, length), ...grouped(items.slice(length), draw)]
}

/** A dim as a literal or as a handle. */
const literalOrHandle = (of: Dim): fc.Arbitrary<Argument> => fc.constantFrom(asDim(of), asDim(of), handle(of))

const side = (groups: readonly (readonly string[])[]): string =>
  groups.map((names) => (names.length === 1 ? names[0] : `(${names.join(' ')})`)).join(' ')

const at = (full: readonly Dim[], axis: number): Dim => full[fromFront(axis, full.length)] ?? 1

const withAxis = (full: readonly Dim[], axis: number, to: Dim): readonly Dim[] =>
  full.map((one, i) => (i === fromFront(axis, full.length) ? to : one))

/** Shapes that differ along one axis only. */
const joinable = (
  draw: Draw,
  count: number,
): { readonly parts: readonly Argument[]; readonly axis: Argument } => {
  const [full, of] = [draw(shape(1, 4)), draw(dtype)]
  const axis = draw(axisOf(full.length))
  const parts = Array.from({ length: count }, () => tensor(withAxis(full, axis, draw(dim)), of))
  return { parts, axis: number(axis) }
}

export const rightLayouts: RightCalls = {
  transpose: drawn((draw) => {
    const full = draw(shape(0, 4))
    return call('transpose', tensor(full, draw(dtype)), numbers(draw(shuffled(full.map((_, axis) => axis)))))
  }),
  transposeLast: drawn((draw) => call('transposeLast', tensor(draw(shape(2, 4)), draw(dtype)))),

  reshape: drawn((draw) => {
    const factors = draw(fc.array(fc.oneof(symbol, size, size), { maxLength: 5 }))
    const from = grouped(factors, draw).map(productOfDims)
    const to = grouped(draw(fc.oneof(fc.constant(factors), shuffled(factors))), draw).map(productOfDims)
    return call('reshape', tensor(from, draw(dtype)), list(to.map((one) => draw(literalOrHandle(one)))))
  }),

  rearrange: drawn((draw) => {
    const sizes = draw(namedSizes)
    const names = draw(fc.shuffledSubarray([...axisNames], { maxLength: 5 }))
    const sizeOf = (name: string): Dim => sizes.get(name) ?? 1
    const left = grouped(names, draw)
    const given = left.flatMap((group) => {
      const open = draw(fc.constantFrom(...group, ...(group.length > 1 ? [] : ['none'])))
      return group.length === 1 && open !== 'none' ? [] : group.filter((name) => name !== open)
    })
    const unit = draw(fc.boolean())
    const right = grouped(draw(shuffled(names)), draw)
    return call(
      'rearrange',
      tensor([...left.map((group) => productOfDims(group.map(sizeOf))), ...(unit ? [1] : [])], draw(dtype)),
      spec(`${side([...left, ...(unit ? [['1']] : [])])} -> ${side(right)}`),
      ...(given.length === 0 ? [] : [sizesOf(Object.fromEntries(given.map((name) => [name, sizeOf(name)])))]),
    )
  }),

  squeeze: drawn((draw) => {
    const full = draw(shape(1, 4))
    const axis = draw(axisOf(full.length))
    return call('squeeze', tensor(withAxis(full, axis, 1), draw(dtype)), number(axis))
  }),
  expandDims: drawn((draw) => {
    const full = draw(shape(0, 4))
    return call('expandDims', tensor(full, draw(dtype)), number(draw(axisOf(full.length + 1))))
  }),
  broadcastTo: drawn((draw) => {
    const full = draw(shape(0, 4))
    const to = full.map((one) => draw(literalOrHandle(one)))
    return call('broadcastTo', tensor(draw(narrowed(full)), draw(dtype)), list(to))
  }),
  /** A new name is taken on trust, so only the axis is drawn wrong. */
  rename: drawn((draw) => {
    const same = draw(dim)
    return call(
      'rename',
      fixed(argumentText(tensor([same], draw(dtype)))),
      number(draw(axisOf(1))),
      fixed(argumentText(handle(same))),
    )
  }),

  swapAxes: drawn((draw) => {
    const full = draw(shape(1, 4))
    const axis = fc.constantFrom('swapAxes', 'moveAxis')
    const [one, other] = [number(draw(axisOf(full.length))), number(draw(axisOf(full.length)))]
    return call(draw(axis), tensor(full, draw(dtype)), one, other)
  }),
  flip: drawn((draw) => {
    const full = draw(shape(1, 4))
    return call('flip', tensor(full, draw(dtype)), number(draw(axisOf(full.length))))
  }),
  roll: drawn((draw) => {
    const full = draw(shape(1, 4))
    return call('roll', tensor(full, draw(dtype)), number(draw(axisOf(full.length))), fixed('-3'))
  }),
  repeat: drawn((draw) => {
    const full = draw(shape(1, 4))
    const times = number(draw(fc.nat(20)))
    return call('repeat', tensor(full, draw(dtype)), number(draw(axisOf(full.length))), times)
  }),
  tile: drawn((draw) => {
    const full = draw(shape(1, 4))
    return call('tile', tensor(full, draw(dtype)), numbers(full.map(() => draw(fc.nat(20)))))
  }),
  triangle: drawn((draw) =>
    call(draw(fc.constantFrom('tril', 'triu')), tensor(draw(shape(2, 4)), draw(dtype))),
  ),
  diag: drawn((draw) => call('diag', tensor(draw(shape(1, 3)), draw(dtype)))),
  diagonal: drawn((draw) => {
    const width = draw(dim)
    const square = tensor([...draw(shape(0, 2)), width, width], draw(numeric))
    return call(draw(fc.constantFrom('diagonal', 'trace')), square)
  }),
  spaced: drawn((draw) =>
    draw(
      fc.constantFrom(
        call('arange', draw(literalOrHandle(draw(dim)))),
        call('eye', draw(literalOrHandle(draw(dim)))),
        call('linspace', fixed('0'), fixed('1'), draw(literalOrHandle(draw(dim)))),
      ),
    ),
  ),
  meshgrid: drawn((draw) => {
    const vectors = Array.from({ length: draw(fc.integer({ min: 1, max: 3 })) }, () =>
      tensor([draw(dim)], draw(dtype)),
    )
    return { ...call('meshgrid', list(vectors)), read: '[0]' }
  }),

  concat: drawn((draw) => {
    const { parts, axis } = joinable(draw, draw(fc.integer({ min: 1, max: 4 })))
    return call('concat', list(parts), axis)
  }),
  stack: drawn((draw) => {
    const [part, count] = [draw(shape(0, 3)), draw(fc.integer({ min: 1, max: 4 }))]
    const parts = Array.from({ length: count }, () => tensor(part))
    const options = draw(
      fc.constantFrom<readonly Argument[]>(
        [],
        [record({ count: number(count) })],
        [fixed(`{ count: ${argumentText(handle(count))} }`)],
      ),
    )
    return call('stack', list(parts), number(draw(axisOf(part.length + 1))), ...options)
  }),

  slice: drawn((draw) => {
    const full = draw(shape(1, 4))
    const axis = draw(axisOf(full.length))
    const sizeThere = at(full, axis)
    const known = typeof sizeThere === 'number' ? sizeThere : 20
    const start = draw(fc.nat(known))
    const length = draw(fc.nat(known - start))
    return call(
      'slice',
      tensor(full, draw(dtype)),
      number(axis),
      draw(literalOrHandle(start)),
      draw(literalOrHandle(length)),
    )
  }),
  select: drawn((draw) => {
    const full = draw(shape(1, 4))
    const axis = draw(axisOf(full.length))
    const sizeThere = at(full, axis)
    const index = draw(fc.nat(typeof sizeThere === 'number' ? Math.max(sizeThere - 1, 0) : 20))
    return call('select', tensor(full, draw(dtype)), number(axis), number(index))
  }),
  split: drawn((draw) => {
    const [full, parts] = [draw(shape(1, 4)), draw(fc.integer({ min: 1, max: 12 }))]
    const axis = draw(axisOf(full.length))
    const whole = multiplyDims(parts, at(full, axis))
    const cut = call('split', tensor(withAxis(full, axis, whole), draw(dtype)), number(axis), number(parts))
    return { ...cut, read: draw(fc.constantFrom('[0]', `[${parts - 1}]`)) }
  }),
  pad: drawn((draw) => {
    const full = draw(shape(1, 4))
    const [before, after] = [number(draw(fc.nat(20))), number(draw(fc.nat(20)))]
    return call('pad', tensor(full, draw(dtype)), number(draw(axisOf(full.length))), before, after)
  }),
}
