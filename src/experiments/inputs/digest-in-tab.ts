/** SHA-256 in browsers, where the Web Cryptography API has it as a promise only. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** SHA-256 of these parts, one after the other, in hexadecimal digits. */
export const digestOf = (...parts: readonly (string | Uint8Array)[]): string =>
  bytesToHex(
    parts
      .reduce(
        (hash, part) => hash.update(typeof part === 'string' ? utf8ToBytes(part) : part),
        sha256.create(),
      )
      .digest(),
  )
