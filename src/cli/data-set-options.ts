/** `--layout` and `--strict`: how a command reads its data set. */
import { Option } from 'commander'
import type { LayoutName } from '../data/index.js'
import { layoutNames } from '../data/index.js'

export interface DataSetChoices {
  /** Absent where the layout is to be found out. */
  readonly layout?: LayoutName
  readonly strict: boolean
}

/** What `--data` takes, for help. */
export const dataDescription =
  'root of the images: <root>/<domain>/<class>/*, or Office-Home, VisDA-2017, mini-DomainNet as published'

export const layoutOption = (): Option =>
  new Option('--layout <name>', 'layout of the images, where it is not to be found out').choices(layoutNames)

export const strictOption = (): Option =>
  new Option(
    '--strict',
    'refuse images that are missing or broken, all named; otherwise they are reported and left out',
  ).default(false)
