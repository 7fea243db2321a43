/** Matrix products and convolutions in half precision, between casts from and to float32. */
import type { Precision } from '../../precision.js'
import { elementType } from './graph-writer.js'
import type { LoweringContext } from './lowering-rule.js'

/**
 * A product of two values in the precision of the dialect. If the provider has no kernels for it, operands and result
 * are rounded to it and the product is computed in float32: the same numbers except for the order of sums.
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
