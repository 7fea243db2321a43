/** The operators of ONNX that are read, by name. A new one is an entry in one of these tables. */
import type { Operators } from '../call.js'
import { controlOperators } from './control.js'
import { convolutionOperators } from './convolution.js'
import { creationOperators } from './creation.js'
import { elementwiseOperators } from './elementwise.js'
import { indexingOperators } from './indexing.js'
import { layoutOperators } from './layout.js'
import { normalizationOperators } from './normalization.js'
import { reductionOperators } from './reduction.js'
import { resizeOperators } from './resize.js'
import { slicingOperators } from './slicing.js'

export const operators: Operators = {
  ...elementwiseOperators,
  ...creationOperators,
  ...layoutOperators,
  ...slicingOperators,
  ...indexingOperators,
  ...reductionOperators,
  ...convolutionOperators,
  ...normalizationOperators,
  ...resizeOperators,
  ...controlOperators,
}
