/** The demo's data set: things, drawn in styles from a key. No photograph of anything is needed. Pure. */
import type { RandomKey } from '../values/random-key.js'
import { foldIn, uniform } from '../values/random-key.js'
import type { Draws, Style } from './styles.js'
import { drawingSize, styles } from './styles.js'
import { things } from './things.js'

const drawsOf = (key: RandomKey): Draws => {
  const [x = 0, y = 0, size = 0, turn = 0, slant = 0, stretch = 0, hue = 0, contrast = 0, ...clutter] =
    uniform(key, 48)
  return { place: [x, y], size, turn, slant, stretch, hue, contrast, clutter }
}

/** Where the thing is, and how large, turned, slanted and stretched. */
const placement = ({ place, size, turn, slant, stretch }: Draws): string => {
  const half = drawingSize * (0.39 + 0.06 * size)
  const room = drawingSize / 2 - half
  const [x, y] = place.map((share) => drawingSize / 2 + (share - 0.5) * room)
  const taller = Math.exp((stretch - 0.5) * 0.3)
  return [
    `translate(${x?.toFixed(2)},${y?.toFixed(2)})`,
    `rotate(${((turn - 0.5) * 20).toFixed(1)})`,
    `skewX(${((slant - 0.5) * 12).toFixed(1)})`,
    `scale(${(half / Math.max(taller, 1)).toFixed(2)},${(half * Math.min(taller, 1)).toFixed(2)})`,
  ].join(' ')
}

/**
 * One drawing as SVG: a thing somewhere, somewhat turned, in a style. The same key draws the same.
 *
 * @example
 * drawing('heart', 'sketch', randomKey.keyFromSeed(1)) // '<svg xmlns=...'
 */
export const drawing = (thing: string, style: Style, key: RandomKey): string => {
  const draws = drawsOf(key)
  const { background, behind, strokes, definitions, filter } = styles[style](draws)
  const outline = things[thing] ?? ''
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${drawingSize}" height="${drawingSize}">`,
    `<defs>${definitions}</defs>`,
    `<rect width="${drawingSize}" height="${drawingSize}" fill="${background}"/>`,
    behind,
    `<g${filter === undefined ? '' : ` filter="url(#${filter})"`}><g transform="${placement(draws)}">`,
    ...strokes.map((attributes) => `<path d="${outline}" ${attributes}/>`),
    '</g></g></svg>',
  ].join('')
}

/** A drawing of a data set, and where its file goes below the root. */
export interface PlannedDrawing {
  readonly folder: string
  readonly file: string
  readonly svg: string
}

/** `perThing` drawings of each of these things in each of these styles: `<style>/<thing>/<number>.png`. */
export const plannedDrawings = (
  drawnStyles: readonly Style[],
  drawnThings: readonly string[],
  perThing: number,
  key: RandomKey,
): readonly PlannedDrawing[] =>
  drawnStyles.flatMap((style) =>
    drawnThings.flatMap((thing) => {
      const styleKey = foldIn(key, Object.keys(styles).indexOf(style))
      const thingKey = foldIn(styleKey, Object.keys(things).indexOf(thing))
      return Array.from({ length: perThing }, (_, i) => ({
        folder: `${style}/${thing}`,
        file: `${String(i).padStart(3, '0')}.png`,
        svg: drawing(thing, style, foldIn(thingKey, i)),
      }))
    }),
  )
