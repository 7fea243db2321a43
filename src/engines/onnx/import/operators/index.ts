/** The operators of ONNX that are read, by name. A new one is an entry in one of these tables. */
import type { Operators } from '../call.js'
import { controlOperators } from './control.js'
import { convolutionOperators } from './convolution.js'
import { elementwiseOperators } from './elementwise.js'
import { indexingOperators } from './indexing.js'
import { layoutOperators } from './layout.js'
import { normalizationOperators } from './normalization.js'
import { reductionOperators } from './reduction.js'
import { resizeOperators } from './resize.js'

export const operators: Operators = {
  ...elementwiseOperators,
  ...layoutOperators,
  ...indexingOperators,
  ...reductionOperators,
  ...convolutionOperators,
  ...normalizationOperators,
  ...resizeOperators,
  ...controlOperators,
}
