/** Matrix products and convolutions in half precision, between casts; what is around them stays in float32. */
import type { Precision } from '../precision.js'
import { elementType } from './graph-writer.js'
import type { LoweringContext } from './lowering-rule.js'

/**
 * A product of two values in the precision of the dialect. Where the provider has no kernels for it, both operands and
 * the result are rounded to it and the product itself is one of float32: the same numbers but for the order of sums.
 */
export const inPrecision = (
  { graph, dialect: { precision, hasHalfKernels } }: Pick<LoweringContext, 'graph' | 'dialect'>,
  a: string,
  b: string,
  product: (a: string, b: string) => string,
): string => {
  if (precision === 'float32') return product(a, b)
  const cast = (name: string, to: Precision): string => graph.emit('Cast', [name], { to: elementType(to) })
  const half = (name: string): string => cast(name, precision)
  const single = (name: string): string => cast(name, 'float32')
  return hasHalfKernels
    ? single(product(half(a), half(b)))
    : single(half(product(single(half(a)), single(half(b)))))
}
