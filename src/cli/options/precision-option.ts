/** `--precision`: the number format of matrix products. */
import { Option } from 'commander'
import type { Precision } from '../../engines/precision.js'
import { precisions } from '../../engines/precision.js'
import type { HalfPrecision } from '../../engines/precision.js'

const flag = '--precision <format>'
const meaning = 'number format of matrix products; everything else stays in float32. See docs/engines.md'

export const precisionOption = (): Option => new Option(flag, meaning).choices(precisions).default('float32')

/** The option for commands on a run, whose default is the run's precision. */
export const ownPrecisionOption = (): Option =>
  new Option(flag, `${meaning} (default: as the run was trained)`).choices(precisions)

/** The option as configurations hold it. */
export const precisionField = (precision: Precision): { readonly precision?: HalfPrecision } =>
  precision === 'float32' ? {} : { precision }
