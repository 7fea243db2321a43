/** A mistake that types cannot see: a symbol that stands for a size in one place, and for itself in another. */
import { isSymbol } from '../shapes/dim.js'
import type { Node } from './primitives/primitive.js'

/** Pairs that are tried. Real shapes have few dims; a fault is not to cost more than a moment. */
const longestSearch = 32

/**
 * Says that operands would fit if a symbol were a size that is there too, as where `sized('T', 8)` is used together with
 * `'T'`: the compiler calls both T. Undefined where no such symbol would help.
 */
export const unboundSymbol = (
  operands: readonly Node[],
  fits: (operands: readonly Node[]) => boolean,
): string | undefined => {
  const dims = [...new Set(operands.flatMap(({ shape }) => shape))]
  const symbols = dims.filter((dim) => typeof dim === 'string').filter(isSymbol)
  const sizes = dims.filter((dim) => typeof dim === 'number').filter((size) => size !== 1)
  const [found] = symbols
    .flatMap((symbol) => sizes.map((size) => ({ symbol, size })))
    .slice(0, longestSearch)
    .filter(({ symbol, size }) =>
      fits(
        operands.map((operand) => ({
          ...operand,
          shape: operand.shape.map((dim) => (dim === symbol ? size : dim)),
        })),
      ),
    )
  return (
    found &&
    `'${found.symbol}' is a symbol without a size here, and ${found.size} is another dim: ` +
      `where sized('${found.symbol}', ${found.size}) states the size, use its handle in place of every '${found.symbol}'`
  )
}
