/** `--layout`, `--class-names` and `--strict`: how a command reads its data set. */
import { resolve } from 'node:path'
import { Option } from 'commander'
import type { LayoutName } from '../../data/index.js'
import { layoutNames } from '../../data/index.js'

export interface DataSetChoices {
  /** Absent if the layout is detected. */
  readonly layout?: LayoutName
  readonly classNames?: string
  readonly strict: boolean
}

/** The fields of a configuration that say where a data set is and how it is read; places are absolute, to be found from anywhere. */
export const dataFields = ({
  data,
  layout,
  classNames,
}: Pick<DataSetChoices, 'layout' | 'classNames'> & { readonly data: string }) => ({
  data: resolve(data),
  layout,
  classNames: classNames === undefined ? undefined : resolve(classNames),
})

/** `--data` and `--clip` of a command that reads a run: for inputs that have moved since. */
export interface MovedInputs {
  readonly data?: string
  readonly clip?: string
}

export const movedDataOption = (): Option =>
  new Option('--data <root>', 'where the images are now, if they have moved since the run was trained')

export const movedClipOption = (): Option =>
  new Option('--clip <file>', "where CLIP's weights are now, if they have moved since the run was trained")

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
