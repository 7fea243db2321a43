/** The check sum of records of TensorFlow: CRC-32C, masked. Pure. */

/** Castagnoli's polynomial, its bits reversed (RFC 3720, appendix B.4). */
const polynomial = 0x82f63b78

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1
  return rest
})

/**
 * CRC-32C of bytes.
 *
 * @example
 * crc32c(new TextEncoder().encode('123456789')).toString(16) // 'e3069283'
 */
export const crc32c = (bytes: Uint8Array): number =>
  (bytes.reduce((rest, byte) => (rest >>> 8) ^ (table[(rest ^ byte) & 0xff] ?? 0), 0xffffffff) ^
    0xffffffff) >>>
  0

/**
 * CRC-32C, turned by 15 bits and moved by a constant, so that the sum of bytes that hold sums is no special number
 * (tensorflow/core/lib/hash/crc32c.h).
 */
export const maskedCrc32c = (bytes: Uint8Array): number => {
  const sum = crc32c(bytes)
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0
}
