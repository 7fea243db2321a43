/** The format of an image by its first bytes: what a file holds, whatever its name says. */

/** Formats of images that are read. Others, which the decoder may also know (SVG, PDF), are refused unread. */
export type ImageFormat = 'JPEG' | 'PNG' | 'WebP' | 'TIFF' | 'GIF' | 'AVIF'

/** Characters of which each stands for a byte; a space for any. */
const signatures: readonly (readonly [format: ImageFormat, beginning: string])[] = [
  ['JPEG', '\u00FF\u00D8\u00FF'],
  ['PNG', '\u0089PNG\r\n\u001A\n'],
  ['WebP', 'RIFF    WEBP'],
  ['TIFF', 'II*\0'],
  ['TIFF', 'MM\0*'],
  ['TIFF', 'II+\0'],
  ['TIFF', 'MM\0+'],
  ['GIF', 'GIF87a'],
  ['GIF', 'GIF89a'],
  ['AVIF', '    ftypavif'],
  ['AVIF', '    ftypavis'],
]

const beginsWith = (bytes: Uint8Array, beginning: string): boolean =>
  Array.from(beginning).every((sign, i) => sign === ' ' || bytes[i] === sign.charCodeAt(0))

/**
 * The format of an encoded image; undefined where it is none that is read.
 *
 * @example
 * imageFormat(new TextEncoder().encode('<svg xmlns=...')) // undefined
 */
export const imageFormat = (bytes: Uint8Array): ImageFormat | undefined =>
  signatures.find(([, beginning]) => beginsWith(bytes, beginning))?.[0]
