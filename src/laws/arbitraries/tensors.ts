/** Random tensors for any property test: of declared shapes, whose symbols have one size throughout. */
import type * as fc from 'fast-check'
import type { Sizes } from '../../shapes/dim.js'
import type { TensorValue } from '../../values/value.js'
import type { AnyTensorArgument } from '../argument.js'
import { symbolsIn } from '../argument.js'
import type { Region } from './kind.js'
import type { SizeRange } from './trial.js'
import { arbitraryTrial } from './trial.js'

/** Tensors by name, and the sizes of their symbols. */
export interface DrawnTensors {
  readonly sizes: Sizes
  readonly values: Readonly<Record<string, TensorValue>>
}

export interface TensorOptions {
  /** Smallest and largest size by symbol; default 1 to 5. */
  readonly sizes?: Readonly<Record<string, SizeRange>>
  /** `typical` numbers, or also `extreme` ones; default `extreme`. */
  readonly region?: Region
}

/**
 * Tensors under their names. A failing case shrinks in its sizes first, then in its values, which stay of their kind.
 *
 * @example
 * fc.property(arbitraryTensors([logits('x', ['B', 'K']), labels('y', ['B'], 'K')]), ({ values, sizes }) => values['y']?.shape[0] === sizes['B'])
 */
export const arbitraryTensors = (
  tensors: readonly AnyTensorArgument[],
  { sizes = {}, region = 'extreme' }: TensorOptions = {},
): fc.Arbitrary<DrawnTensors> =>
  arbitraryTrial({
    symbols: symbolsIn(tensors),
    ranges: sizes,
    tensors,
    parametersAt: () => [],
    region,
  })
