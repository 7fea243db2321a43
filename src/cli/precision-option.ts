/** `--precision`: what matrix products are computed in, and what a run in half precision keeps apart from others. */
import { join } from 'node:path'
import { Option } from 'commander'
import type { Precision } from '../engines/precision.js'
import { precisions } from '../engines/precision.js'
import type { HalfPrecision } from '../engines/precision.js'

const flag = '--precision <format>'
const meaning = 'what matrix products are computed in; all else stays in float32. See docs/engines.md'

export const precisionOption = (): Option => new Option(flag, meaning).choices(precisions).default('float32')

/** The same for a run that has a precision of its own. */
export const ownPrecisionOption = (): Option =>
  new Option(flag, `${meaning} (default: as the run was trained)`).choices(precisions)

/** The option as configurations hold it. */
export const precisionField = (precision: Precision): { readonly precision?: HalfPrecision } =>
  precision === 'float32' ? {} : { precision }

/** The folder for image features, of which those that were computed in half precision are kept apart. */
export const featuresFolder = (features: string | undefined, precision: Precision): string | undefined =>
  features === undefined || precision === 'float32' ? features : join(features, precision)
