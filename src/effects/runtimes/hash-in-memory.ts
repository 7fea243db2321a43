/** Hashes of bytes in memory, by the Web Cryptography API, which Node has, too. */
import type { FileHash } from '../instruction.js'
import { gitHeader } from './git-header.js'

const hexadecimal = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** The hash of a file that holds these bytes. */
export const hashOf = async (kind: FileHash['kind'], bytes: Uint8Array): Promise<string> => {
  const header = kind === 'git' ? new TextEncoder().encode(gitHeader(bytes.length)) : new Uint8Array()
  const whole = new Uint8Array(header.length + bytes.length)
  whole.set(header)
  whole.set(bytes, header.length)
  const digest = await crypto.subtle.digest(kind === 'git' ? 'SHA-1' : 'SHA-256', whole)
  return hexadecimal(new Uint8Array(digest))
}
