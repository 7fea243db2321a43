/** What a contestant of the bench, a process of its own, says on its standard output: one JSON object a line. */
import * as t from 'io-ts'

/** It is ready to run; how long it took to get there, from its start of work on the case; what computes, with its version. */
const ready = t.type({ tag: t.literal('ready'), setupMs: t.number, about: t.string })
/** It cannot take part, and why. */
const skipped = t.type({ tag: t.literal('skipped'), reason: t.string })
/** One run's time, by the clock and of all processors together, and the most memory that the process has held. */
const ran = t.type({ tag: t.literal('ran'), ms: t.number, cpuMs: t.number, peakRssMB: t.number })

export const message = t.union([ready, skipped, ran])
export type Message = t.TypeOf<typeof message>
