/** The trackers by name. */
import { keysOf } from '../../dsl/documents/literals.js'
import { lineProtocol } from './line-protocol.js'
import { tensorBoard } from './tensor-board.js'
import type { Tracker } from './tracker.js'

export const trackers = { tensorboard: tensorBoard, influx: lineProtocol } as const satisfies Readonly<
  Record<string, Tracker>
>

export type TrackerName = keyof typeof trackers
export const trackerNames = keysOf(trackers)
