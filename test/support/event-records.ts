/**
 * Event files of TensorBoard, read without the code that writes them: records of TensorFlow, their check sums computed bit by bit,
 * and protobuf by its wire format (protobuf.dev/programming-guides/encoding).
 */

/** CRC-32C by long division, masked. */
const maskedSum = (bytes: Uint8Array): number => {
  let rest = 0xffffffffn
  for (const byte of bytes) {
    rest ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1n ? (rest >> 1n) ^ 0x82f63b78n : rest >> 1n
  }
  const sum = rest ^ 0xffffffffn
  return Number((((sum >> 15n) | ((sum << 17n) & 0xffffffffn)) + 0xa282ead8n) & 0xffffffffn)
}

/** The contents of the records of a file. Throws where a check sum or a length is wrong. */
export const recordsIn = (file: Uint8Array): readonly Uint8Array[] => {
  const records: Uint8Array[] = []
  for (let at = 0; at < file.length;) {
    const view = new DataView(file.buffer, file.byteOffset + at)
    const length = Number(view.getBigUint64(0, true))
    if (at + length + 16 > file.length) throw new Error('the last record is torn')
    const content = file.subarray(at + 12, at + 12 + length)
    if (view.getUint32(8, true) !== maskedSum(file.subarray(at, at + 8))) throw new Error('length broken')
    if (view.getUint32(12 + length, true) !== maskedSum(content)) throw new Error('record broken')
    records.push(content)
    at += length + 16
  }
  return records
}

/** Fields of a message by number: of varints the numbers, of all others the bytes. */
const fieldsOf = (message: Uint8Array): ReadonlyMap<number, readonly (number | Uint8Array)[]> => {
  const fields = new Map<number, (number | Uint8Array)[]>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++] ?? 0
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  const bytes = (length: number): Uint8Array => message.subarray(at, (at += length))
  while (at < message.length) {
    const key = varint()
    const kind = key & 7
    const value = kind === 0 ? varint() : bytes(kind === 1 ? 8 : kind === 5 ? 4 : varint())
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value])
  }
  return fields
}

const asBytes = (value: number | Uint8Array | undefined): Uint8Array =>
  value instanceof Uint8Array ? value : new Uint8Array()
const viewOf = (value: number | Uint8Array | undefined): DataView => {
  const bytes = asBytes(value)
  return new DataView(bytes.buffer, bytes.byteOffset)
}
const textOf = (value: number | Uint8Array | undefined): string => new TextDecoder().decode(asBytes(value))

/** An event of tensorflow/core/util/event.proto. */
export interface ReadEvent {
  readonly wallTime: number
  readonly step: number
  readonly version: string
  readonly scalars: Readonly<Record<string, number>>
}

/** The events of a file. */
export const eventsIn = (file: Uint8Array): readonly ReadEvent[] =>
  recordsIn(file).map((record) => {
    const event = fieldsOf(record)
    const values = event.get(5)?.flatMap((summary) => fieldsOf(asBytes(summary)).get(1) ?? []) ?? []
    return {
      wallTime: viewOf(event.get(1)?.[0]).getFloat64(0, true),
      step: Number(event.get(2)?.[0] ?? 0),
      version: textOf(event.get(3)?.[0]),
      scalars: Object.fromEntries(
        values.map((value) => {
          const scalar = fieldsOf(asBytes(value))
          return [textOf(scalar.get(1)?.[0]), viewOf(scalar.get(2)?.[0]).getFloat32(0, true)]
        }),
      ),
    }
  })
