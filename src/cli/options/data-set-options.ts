/** `--layout`, `--class-names` and `--strict`: how a command reads its data set. */
import { Option } from 'commander'
import type { LayoutName } from '../../data/index.js'
import { layoutNames } from '../../data/index.js'

export interface DataSetChoices {
  /** Absent if the layout is detected. */
  readonly layout?: LayoutName
  readonly classNames?: string
  readonly strict: boolean
}

/** The help text of `--data`. */
export const dataDescription =
  'root of the images: <root>/<domain>/<class>/*, or a data set as published: see --layout'

export const layoutOption = (): Option =>
  new Option('--layout <name>', 'layout of the images (default: detected)').choices(layoutNames)

export const classNamesOption = (): Option =>
  new Option(
    '--class-names <file>',
    'names of classes whose folders are numbers or WordNet ids: a line such as "n01443537 goldfish" for each',
  )

export const strictOption = (): Option =>
  new Option(
    '--strict',
    'fail if images are missing or broken, and name them all; without it they are reported and left out',
  ).default(false)
