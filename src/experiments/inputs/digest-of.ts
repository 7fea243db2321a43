/**
 * SHA-256 in Node. Bundles for browsers have `digest-in-tab.ts` in the place of this module, by the field `browser` of
 * `package.json`.
 */
import { createHash } from 'node:crypto'

/** SHA-256 of these parts, one after the other, in hexadecimal digits. */
export const digestOf = (...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')
