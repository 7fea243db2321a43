/** `--layout` and `--strict`: how a command reads its data set. */
import { Option } from 'commander'
import type { LayoutName } from '../../data/index.js'
import { layoutNames } from '../../data/index.js'

export interface DataSetChoices {
  /** Absent if the layout is detected. */
  readonly layout?: LayoutName
  readonly strict: boolean
}

/** The help text of `--data`. */
export const dataDescription =
  'root of the images: <root>/<domain>/<class>/*, or Office-Home, VisDA-2017, mini-DomainNet as published'

export const layoutOption = (): Option =>
  new Option('--layout <name>', 'layout of the images (default: detected)').choices(layoutNames)

export const strictOption = (): Option =>
  new Option(
    '--strict',
    'fail if images are missing or broken, and name them all; without it they are reported and left out',
  ).default(false)
