/**
 * Event files of TensorBoard: messages of protobuf (tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto) in
 * records of TensorFlow (TFRecord). Only what scalars need is here. Pure.
 */
import protobuf from 'protobufjs/light.js'
import { message } from '../../engines/protobuf-message.js'
import { maskedCrc32c } from './masked-crc32c.js'

interface SummaryValue {
  readonly tag: string
  readonly simpleValue: number
}

interface Summary {
  readonly value: readonly SummaryValue[]
}

interface SessionLog {
  readonly status: number
}

/** Something that happened in a run, at a time in seconds since 1970. */
interface Event {
  readonly wallTime: number
  readonly step?: number
  readonly fileVersion?: string
  readonly summary?: Summary
  readonly sessionLog?: SessionLog
}

const schema = protobuf.Root.fromJSON({
  nested: {
    SummaryValue: message<SummaryValue>({
      tag: { type: 'string', id: 1 },
      simpleValue: { type: 'float', id: 2 },
    }),
    Summary: message<Summary>({ value: { type: 'SummaryValue', id: 1, rule: 'repeated' } }),
    SessionLog: message<SessionLog>({ status: { type: 'int32', id: 1 } }),
    Event: message<Event>({
      wallTime: { type: 'double', id: 1 },
      step: { type: 'int64', id: 2 },
      fileVersion: { type: 'string', id: 3 },
      summary: { type: 'Summary', id: 5 },
      sessionLog: { type: 'SessionLog', id: 7 },
    }),
  },
})

const eventType = schema.lookupType('Event')

/** Bytes in a record: their number, its check sum, the bytes, their check sum; numbers with the lowest byte first. */
const record = (bytes: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(8 + 4 + bytes.length + 4)
  const view = new DataView(whole.buffer)
  view.setBigUint64(0, BigInt(bytes.length), true)
  view.setUint32(8, maskedCrc32c(whole.subarray(0, 8)), true)
  whole.set(bytes, 12)
  view.setUint32(12 + bytes.length, maskedCrc32c(bytes), true)
  return whole
}

const recordOf = (event: Event): Uint8Array => record(eventType.encode(event).finish())

/** `SessionLog.START`. */
const start = 1

/**
 * The beginning of a file: its version, and that a session starts, before which nothing counts. A reader that has seen an earlier
 * file of the run forgets its steps.
 */
export const fileBeginning = (wallTime: number): readonly Uint8Array[] => [
  recordOf({ wallTime, fileVersion: 'brain.Event:2' }),
  recordOf({ wallTime, step: 0, sessionLog: { status: start } }),
]

/** The scalars of a step as a record. Values are kept in single precision. */
export const scalarsRecord = (
  step: number,
  wallTime: number,
  scalars: Readonly<Record<string, number>>,
): Uint8Array =>
  recordOf({
    wallTime,
    step,
    summary: { value: Object.entries(scalars).map(([tag, simpleValue]) => ({ tag, simpleValue })) },
  })
