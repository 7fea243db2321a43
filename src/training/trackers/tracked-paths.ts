/** What trackers leave in the directory of a run. */
import { join } from '../../effects/paths.js'

/** The folder of a run's event file of TensorBoard. */
export const tensorBoardFolder = (directory: string): string => join(directory, 'tensorboard')

/** Metrics in InfluxDB's line protocol. */
export const lineProtocolPath = (directory: string): string => join(directory, 'metrics.lp')

export const trackedPaths = (directory: string): readonly string[] => [
  tensorBoardFolder(directory),
  lineProtocolPath(directory),
]
