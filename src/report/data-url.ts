/** Files as addresses that hold them, for a page that loads nothing. In Node and in browsers. */

/** Few enough for the arguments of one call. */
const chunk = 4096

/** A file of a media type as a `data:` URL. */
export const dataUrl = (type: string, bytes: Uint8Array): string => {
  const letters = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
    String.fromCharCode(...bytes.subarray(i * chunk, (i + 1) * chunk)),
  )
  return `data:${type};base64,${btoa(letters.join(''))}`
}
