/** How large an image may be that is decoded. */

/** The most pixels of an image that is decoded, as many as 8192 × 8192 are: 192 MiB of red, green and blue. */
export const mostPixels = 2 ** 26

/** What forbids an image of this size, in words; undefined where nothing does. */
export const tooManyPixels = (width: number, height: number): string | undefined =>
  width * height > mostPixels
    ? `it has ${width} × ${height} pixels; at most ${mostPixels} are decoded, as many as 8192 × 8192`
    : undefined
