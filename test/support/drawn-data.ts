/** A data set of small PNG images in memory: noise around a colour for each class, paler in the second domain. */
import sharp from 'sharp'
import { foldIn, keyFromSeed, normal } from '../../src/values/random-key.js'

export const classes = ['dog', 'house', 'tree'] as const
export const domains = ['photo', 'sketch'] as const
const side = 20

const png = async (domain: number, label: number, image: number): Promise<Uint8Array> => {
  const noise = normal(foldIn(foldIn(foldIn(keyFromSeed(3), domain), label), image), side * side * 3)
  const pixels = Uint8Array.from(noise, (value, i) => {
    const own = i % 3 === label ? 200 : 80
    return Math.min(Math.max(own + 40 * domain + 25 * value, 0), 255)
  })
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer()
}

/** Files `<domain>/<class>/<class>-<i>.png`. */
export const drawnData = async (imagesPerClass: number): Promise<Readonly<Record<string, Uint8Array>>> => {
  const files = domains.flatMap((domain, d) =>
    classes.flatMap((name, label) =>
      Array.from({ length: imagesPerClass }, async (_, i) => [
        `${domain}/${name}/${name}-${i}.png`,
        await png(d, label, i),
      ]),
    ),
  )
  return Object.fromEntries(await Promise.all(files))
}
