/**
 * Sizes as values of an ONNX graph: constants, and for symbols what the model computes from the shapes of its inputs each
 * time it runs. Where the sizes of a run fit no program (a division has a remainder, a range leaves its axis), the model
 * fails at a `Gather`, rather than giving wrong numbers.
 */
import type { Dim, Shape } from '../../../shapes/dim.js'
import { differenceOfDims, foldDim, isSymbol, knownSize, symbolsOf } from '../../../shapes/dim.js'
import type { Node } from '../../../dsl/primitives/primitive.js'
import type { Port } from '../../ports.js'
import type { GraphWriter } from './graph-writer.js'
import { elementType, int } from './graph-writer.js'

/** A size: a dim, or an int64 vector of one element that the graph computes. */
export type Extent = Dim | { readonly vector: string }

/** Writes sizes into one graph. */
export interface SizeWriter {
  /** An int64 vector of these sizes. */
  readonly vector: (extents: readonly Extent[]) => string
  /** The size as a scalar. */
  readonly scalar: (dim: Dim, type: 'float32' | 'int32' | 'int64') => string
  /** a - b. Where it is negative, the model fails. */
  readonly difference: (a: Dim, b: Dim) => Extent
  /** The size. Where it is larger than the other, the model fails. */
  readonly atMost: (size: Dim, most: Dim) => Extent
}

/** A symbol that is needed but that no input of the model has, and the node that needs it. */
export interface UnknownSize {
  readonly symbol: string
  readonly node: Node
}

export interface SizeWriters {
  /** The writer of the outermost graph, or of a graph inside of it. */
  readonly of: (graph: GraphWriter) => SizeWriter
  /** The node whose lowering follows: it is the one that needs the sizes. */
  readonly writeFor: (node: Node) => void
  readonly unknown: () => UnknownSize | undefined
}

/** Where a run of the model finds the size of a symbol s: an axis of an input has the size slope s + offset. */
interface Source {
  readonly input: string
  readonly axis: number
  readonly slope: number
  readonly offset: number
}

/** The first axis for each symbol; axes that are the symbol itself come before those that are an expression of it. */
const sourcesIn = (inputs: readonly Port<Shape>[]): ReadonlyMap<string, Source> => {
  const axes = inputs.flatMap(({ name, shape }) =>
    shape.flatMap((dim, axis) => {
      const [symbol, another] = symbolsOf(dim)
      if (symbol === undefined || another !== undefined) return []
      const at = (size: number): number => knownSize({ [symbol]: size })(dim)
      const [offset, slope] = [at(0), at(1) - at(0)]
      return slope > 0 && at(2) - at(1) === slope
        ? [{ symbol, isAlone: dim === symbol && isSymbol(symbol), input: name, axis, slope, offset }]
        : []
    }),
  )
  const ordered = [...axes.filter(({ isAlone }) => isAlone), ...axes.filter(({ isAlone }) => !isAlone)]
  return new Map(ordered.toReversed().map(({ symbol, ...source }) => [symbol, source]))
}

/** Writers for a graph and the graphs inside of it. Sizes are computed in the outermost one, once each. */
export const sizeWriters = (outermost: GraphWriter, inputs: readonly Port<Shape>[]): SizeWriters => {
  const sources = sourcesIn(inputs)
  let needing: Node | undefined
  let unknown: UnknownSize | undefined
  const { emit, integers } = outermost

  /** [0] where the vector of one element is 0 or -1. For any other, the model fails. */
  const zeroAt = (position: string): string => emit('Gather', [integers([0]), position], { axis: int(0) })
  const product = (factors: readonly string[]): string =>
    factors.length === 0 ? integers([1]) : factors.reduce((a, b) => emit('Mul', [a, b]))
  const quotient = (dividend: string, divisor: string): string =>
    emit('Add', [emit('Div', [dividend, divisor]), zeroAt(emit('Mod', [dividend, divisor]))])

  const sizeOfSymbol = (symbol: string): string => {
    const source = sources.get(symbol)
    if (source === undefined) {
      if (needing !== undefined) unknown ??= { symbol, node: needing }
      return integers([0])
    }
    const { input, axis, slope, offset } = source
    const size = emit('Shape', [input], { start: int(axis), end: int(axis + 1) })
    const scaled = offset === 0 ? size : emit('Sub', [size, integers([offset])])
    return slope === 1 ? scaled : quotient(scaled, integers([slope]))
  }
  const computed = foldDim<string>({
    size: (size) => integers([size]),
    symbol: sizeOfSymbol,
    sum: (terms) => terms.reduce((a, b) => emit('Add', [a, b])),
    fraction: (factors, divisors) =>
      divisors.length === 0 ? product(factors) : quotient(product(factors), product(divisors)),
  })

  /** [0]. Where the vector of one element is negative, the model fails. */
  const zeroUnlessNegative = (rest: string): string =>
    zeroAt(emit('Mul', [emit('Min', [rest, integers([0])]), integers([2])]))

  const vector = (graph: GraphWriter, extents: readonly Extent[]): string => {
    const numbers = extents.filter((extent) => typeof extent === 'number')
    if (numbers.length === extents.length) return graph.integers(numbers)
    const parts = extents.map((extent) => (typeof extent === 'object' ? extent.vector : computed(extent)))
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : emit('Concat', parts, { axis: int(0) })
  }
  return {
    writeFor: (node) => {
      needing = node
    },
    unknown: () => unknown,
    of: (graph) => ({
      vector: (extents) => vector(graph, extents),
      scalar: (dim, type) => {
        if (typeof dim === 'number') return graph.constant(type, [dim])
        const size = emit('Squeeze', [computed(dim)])
        return type === 'int64' ? size : emit('Cast', [size], { to: elementType(type) })
      },
      difference: (a, b) => {
        if (typeof a === 'number' && typeof b === 'number') return a - b
        const known = differenceOfDims(a, b)
        if (known !== undefined) return known
        const rest = emit('Sub', [computed(a), computed(b)])
        return { vector: emit('Add', [rest, zeroUnlessNegative(rest)]) }
      },
      atMost: (size, most) =>
        (typeof size === 'number' && typeof most === 'number') || differenceOfDims(most, size) !== undefined
          ? size
          : {
              vector: emit('Add', [
                computed(size),
                zeroUnlessNegative(emit('Sub', [computed(most), computed(size)])),
              ]),
            },
    }),
  }
}
