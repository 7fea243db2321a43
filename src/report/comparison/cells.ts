/** Cells of the tables of a comparison. */
import { basename } from '../../effects/paths.js'
import type { RunGroup } from '../../experiments/comparison/compare-runs.js'
import { settingName } from '../../experiments/comparison/settings.js'
import type { Spread } from '../../experiments/spread.js'
import { percentSpread } from '../../experiments/spread.js'
import { isPlace } from '../../training/run-configuration.js'
import { duration } from '../../values/duration.js'
import { spoken } from '../entries.js'
import { element, together } from '../markup.js'
import { groupClass } from './group-colours.js'
import type { Cell } from './sorted-table.js'

/** A mean with its deviation. */
export const figure = (spread: Spread): Cell => ({ shown: percentSpread(spread), by: spread.mean })

export const unknown: Cell = { shown: '–' }

export const timeCell = (seconds: number | undefined): Cell =>
  seconds === undefined ? unknown : { shown: duration(seconds), by: seconds }

export const rateCell = (secondsPerStep: number | undefined): Cell =>
  secondsPerStep === undefined || secondsPerStep <= 0
    ? unknown
    : { shown: (1 / secondsPerStep).toPrecision(3), by: 1 / secondsPerStep }

const settingValue = (path: string, value: string): string => (isPlace(path) ? basename(value) : value)

/** The settings in which a row differs from others of its method and domains. */
export const ownInWords = ({ own }: RunGroup): string =>
  own.map(([path, value]) => `${spoken(settingName(path))} ${settingValue(path, value)}`).join(', ')

/** The number of a row, with its colour. */
export const numberCell = (number: number): Cell => ({
  shown: together([element('i', { class: `swatch ${groupClass(number)}` }), number]),
  by: number,
})
