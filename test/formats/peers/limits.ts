/** How far this library may be from open_clip, transformers and Pillow, and where it differs by design. */

/** Features: relative to their largest magnitude. Pixels: in units of 1 / 255. */
export const limits = { features: 1e-4, pixels: 2 } as const

/** Image files whose pixels are not Pillow's, and why. */
export const otherwiseByDesign: Readonly<Record<string, string>> = {
  'grey-16-bit.png': 'Pillow clips 16-bit grey at 255, so that nearly all of it is white; here it is scaled',
  'grey-16-bit.tif': 'the same',
  'transparent.gif': 'the colour of transparent pixels of a GIF is black here, not that of its palette',
}
