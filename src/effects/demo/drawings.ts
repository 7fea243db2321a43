/** The demo's data set: eight things, drawn in several styles from a key. No photograph of anything is needed. Pure. */
import type { RandomKey } from '../../dsl/random-key.js'
import { foldIn, uniform } from '../../dsl/random-key.js'

/** Side of a drawing in pixels. */
export const drawingSize = 64

/** What is drawn: each as the outline of one or more closed paths in a square from -1 to 1. */
export const things: Readonly<Record<string, string>> = {
  arrow: 'M-0.9,-0.25 L0.2,-0.25 L0.2,-0.7 L0.9,0 L0.2,0.7 L0.2,0.25 L-0.9,0.25 Z',
  circle: 'M-0.85,0 A0.85,0.85 0 1 0 0.85,0 A0.85,0.85 0 1 0 -0.85,0 Z',
  cross: 'M-0.3,-0.9 H0.3 V-0.3 H0.9 V0.3 H0.3 V0.9 H-0.3 V0.3 H-0.9 V-0.3 H-0.3 Z',
  heart: 'M0,0.85 C-1.3,-0.1 -0.8,-1.05 0,-0.4 C0.8,-1.05 1.3,-0.1 0,0.85 Z',
  house: 'M-0.7,0.85 V-0.1 H-0.95 L0,-0.9 L0.95,-0.1 H0.7 V0.85 H0.2 V0.3 H-0.2 V0.85 Z',
  moon: 'M0.3,-0.85 A0.88,0.88 0 1 0 0.85,0.35 A0.7,0.7 0 1 1 0.3,-0.85 Z',
  star: 'M0,-0.95 L0.25,-0.3 L0.92,-0.28 L0.4,0.15 L0.57,0.82 L0,0.43 L-0.57,0.82 L-0.4,0.15 L-0.92,-0.28 L-0.25,-0.3 Z',
  triangle: 'M0,-0.9 L0.9,0.75 L-0.9,0.75 Z',
}

/** How it is drawn. */
export const styles = ['painting', 'cartoon', 'blueprint', 'photo', 'sketch'] as const
export type Style = (typeof styles)[number]

const colour = (hue: number, saturation: number, lightness: number): string =>
  `hsl(${Math.round(hue * 360)},${Math.round(saturation * 100)}%,${Math.round(lightness * 100)}%)`

/** Numbers in [0, 1) that a drawing is made from. */
interface Draws {
  readonly place: readonly [number, number]
  readonly scale: number
  readonly turn: number
  readonly hue: number
  readonly contrast: number
  readonly noise: readonly number[]
}

const drawsOf = (key: RandomKey): Draws => {
  const [x = 0, y = 0, scale = 0, turn = 0, hue = 0, contrast = 0, ...noise] = uniform(key, 46)
  return { place: [x, y], scale, turn, hue, contrast, noise }
}

const blobs = ({ noise, hue }: Draws, lightness: number): string =>
  Array.from({ length: 10 }, (_, i) => {
    const [x = 0, y = 0, size = 0, shade = 0] = noise.slice(4 * i, 4 * i + 4)
    const fill = colour((hue + 0.4 + 0.2 * shade) % 1, 0.4, lightness + 0.25 * (shade - 0.5))
    return `<circle cx="${(x * 64).toFixed(1)}" cy="${(y * 64).toFixed(1)}" r="${(4 + 12 * size).toFixed(1)}" fill="${fill}" opacity="0.6"/>`
  }).join('')

interface Look {
  readonly background: string
  readonly behind: string
  readonly attributes: string
  readonly definitions: string
  /** A filter over the finished drawing, in pixels. */
  readonly filter?: string
}

const look = (style: Style, draws: Draws): Look => {
  const { hue, contrast } = draws
  const line = (width: number): string => (width / 20).toFixed(3)
  switch (style) {
    case 'painting':
      return {
        background: colour((hue + 0.5) % 1, 0.35, 0.55 + 0.2 * contrast),
        behind: blobs(draws, 0.6),
        attributes: `fill="${colour(hue, 0.6, 0.4)}"`,
        filter: 'rough',
        definitions:
          '<filter id="rough"><feTurbulence baseFrequency="0.15" numOctaves="2" result="n"/><feDisplacementMap in="SourceGraphic" in2="n" scale="5"/></filter>',
      }
    case 'cartoon':
      return {
        background: colour((hue + 0.33) % 1, 0.8, 0.8),
        behind: '',
        attributes: `fill="${colour(hue, 0.9, 0.55)}" stroke="black" stroke-width="${line(3)}" stroke-linejoin="round"`,
        definitions: '',
      }
    case 'blueprint':
      return {
        background: colour(0.6, 0.7, 0.25 + 0.1 * contrast),
        behind:
          '<path d="M0,16H64M0,32H64M0,48H64M16,0V64M32,0V64M48,0V64" stroke="#88aaff" stroke-width="0.4"/>',
        attributes: `fill="none" stroke="white" stroke-width="${line(2)}"`,
        definitions: '',
      }
    case 'photo':
      return {
        background: colour((hue + 0.45) % 1, 0.3, 0.35 + 0.3 * contrast),
        behind: blobs(draws, 0.45),
        attributes: 'fill="url(#shade)"',
        definitions: `<linearGradient id="shade" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${colour(hue, 0.5, 0.75)}"/><stop offset="1" stop-color="${colour(hue, 0.6, 0.2)}"/></linearGradient>`,
      }
    case 'sketch':
      return {
        background: '#f6f4ee',
        behind: '',
        attributes: `fill="none" stroke="#333" stroke-width="${line(1.2 + contrast)}" stroke-dasharray="0.5 0.06"`,
        filter: 'shaky',
        definitions:
          '<filter id="shaky"><feTurbulence baseFrequency="0.08" numOctaves="1" result="n"/><feDisplacementMap in="SourceGraphic" in2="n" scale="3"/></filter>',
      }
  }
}

/**
 * One drawing as SVG: a thing somewhere, somewhat turned, in a style. The same key draws the same.
 *
 * @example
 * drawing('heart', 'sketch', randomKey.keyFromSeed(1)) // '<svg xmlns=...'
 */
export const drawing = (thing: string, style: Style, key: RandomKey): string => {
  const draws = drawsOf(key)
  const { background, behind, attributes, definitions, filter } = look(style, draws)
  const size = 23 + 5 * draws.scale
  const room = drawingSize / 2 - size
  const [x, y] = draws.place.map((place) => drawingSize / 2 + (place - 0.5) * room)
  const transform = `translate(${x?.toFixed(2)},${y?.toFixed(2)}) rotate(${((draws.turn - 0.5) * 16).toFixed(1)}) scale(${size.toFixed(2)})`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${drawingSize}" height="${drawingSize}">`,
    `<defs>${definitions}</defs>`,
    `<rect width="${drawingSize}" height="${drawingSize}" fill="${background}"/>`,
    behind,
    `<g${filter === undefined ? '' : ` filter="url(#${filter})"`}>`,
    `<g transform="${transform}"><path d="${things[thing] ?? ''}" ${attributes}/></g></g>`,
    '</svg>',
  ].join('')
}

/** A drawing of the data set, and where its file goes below the root. */
export interface PlannedDrawing {
  readonly folder: string
  readonly file: string
  readonly svg: string
}

/** `perClass` drawings of every thing in every style: `<style>/<thing>/<number>.png`. */
export const plannedDrawings = (perClass: number, key: RandomKey): readonly PlannedDrawing[] =>
  styles.flatMap((style, s) =>
    Object.keys(things).flatMap((thing, k) =>
      Array.from({ length: perClass }, (_, i) => ({
        folder: `${style}/${thing}`,
        file: `${String(i).padStart(3, '0')}.png`,
        svg: drawing(thing, style, foldIn(foldIn(foldIn(key, s), k), i)),
      })),
    ),
  )
