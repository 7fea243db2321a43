/** `--log`: programs that a run's metrics are written down for while it goes on. */
import { Option } from 'commander'
import type { Tracker, TrackerName } from '../../training/index.js'
import { trackerNames, trackers } from '../../training/index.js'
import { namesAmong } from './number-option.js'

export interface LogChoice {
  readonly log?: readonly TrackerName[]
}

export const logOption = (): Option =>
  new Option(
    '--log <name,...>',
    "write the metrics of each step for others, too: 'tensorboard' (the folder tensorboard of a run), 'influx' (InfluxDB's line protocol, metrics.lp)",
  ).argParser(namesAmong(trackerNames))

/** The trackers that are asked for. */
export const trackersOf = ({ log = [] }: LogChoice): readonly Tracker[] => log.map((name) => trackers[name])
