/** Messages of protobuf, written down as fields that the compiler compares with a type. */
import type protobuf from 'protobufjs/light.js'

/**
 * The fields of a message: every property of its type has one.
 *
 * @example
 * message<{ readonly name: string }>({ name: { type: 'string', id: 1 } })
 */
export const message = <M>(fields: {
  readonly [K in keyof Required<M>]: protobuf.IField
}): protobuf.IType => ({ fields: { ...fields } })
