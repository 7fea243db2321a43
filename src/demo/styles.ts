/** How the demo draws: eleven styles, each a way to put a closed outline into a square picture. Pure. */

/** What chance decides of one drawing: numbers in [0, 1). */
export interface Draws {
  readonly place: readonly [number, number]
  readonly size: number
  readonly turn: number
  readonly slant: number
  readonly stretch: number
  readonly hue: number
  readonly contrast: number
  /** Places of spots and scratches: the more numbers, the more of them. */
  readonly clutter: readonly number[]
}

/** The parts of a picture, each as SVG. */
interface Look {
  readonly background: string
  /** What is drawn behind the thing, in pixels. */
  readonly behind: string
  /** Attributes of the thing's outline, once for each time that it is drawn over; lengths in halves of its size. */
  readonly strokes: readonly string[]
  /** Gradients, patterns and filters by the ids that the others refer to. */
  readonly definitions: string
  /** The id of a filter over the thing. */
  readonly filter?: string
}

/** Side of a drawing in pixels. */
export const drawingSize = 64

const colour = (hue: number, saturation: number, lightness: number): string =>
  `hsl(${Math.round(((hue % 1) + 1) * 360) % 360},${Math.round(saturation * 100)}%,${Math.round(lightness * 100)}%)`

const pixels = (share: number): string => (share * drawingSize).toFixed(1)

/** Round spots of about one hue and lightness all over the picture. */
const spots = ({ clutter }: Draws, hue: number, saturation: number, lightness: number): string =>
  Array.from({ length: 10 }, (_, i) => {
    const [x = 0, y = 0, size = 0, shade = 0] = clutter.slice(4 * i, 4 * i + 4)
    const fill = colour(hue + 0.2 * shade, saturation, lightness + 0.3 * (shade - 0.5))
    return `<circle cx="${pixels(x)}" cy="${pixels(y)}" r="${(4 + 12 * size).toFixed(1)}" fill="${fill}" opacity="0.6"/>`
  }).join('')

/** Straight strokes across the picture. */
const scratches = ({ clutter }: Draws, count: number, stroke: string, width: number): string =>
  Array.from({ length: count }, (_, i) => {
    const [x = 0, y = 0, dx = 0, dy = 0] = clutter.slice(4 * i, 4 * i + 4)
    const [toX, toY] = [x + 0.9 * (dx - 0.5), y + 0.9 * (dy - 0.5)]
    return `<path d="M${pixels(x)},${pixels(y)} L${pixels(toX)},${pixels(toY)}" stroke="${stroke}" stroke-width="${width}"/>`
  }).join('')

/** Parallel lines to fill something with. */
const hatching = (id: string, angle: number, gap: number, stroke: string, width: number): string =>
  `<pattern id="${id}" width="${gap}" height="${gap}" patternUnits="userSpaceOnUse" patternTransform="rotate(${Math.round(angle)})"><path d="M0,0 V${gap}" stroke="${stroke}" stroke-width="${width}"/></pattern>`

/** A filter that moves every point by up to half of `by` pixels, in waves of about 1 / `frequency` pixels. */
const wobble = ({ clutter }: Draws, frequency: number, by: number, octaves = 1): string =>
  `<filter id="wobble"><feTurbulence seed="${Math.floor(1000 * (clutter[0] ?? 0))}" baseFrequency="${frequency}" numOctaves="${octaves}" result="n"/><feDisplacementMap in="SourceGraphic" in2="n" scale="${by}" xChannelSelector="R" yChannelSelector="G"/></filter>`

/** Width of a line of so many pixels, about, where 1 is half the size of a thing. */
const line = (width: number): string => (width / 23).toFixed(3)

const plain = { behind: '', definitions: '' } as const

/** The looks by the name of the style. */
export const styles = {
  photo: (draws: Draws): Look => {
    const { hue, contrast } = draws
    return {
      background: colour(hue + 0.45, 0.3, 0.35 + 0.3 * contrast),
      behind: spots(draws, hue + 0.4, 0.35, 0.45),
      strokes: ['fill="url(#light)"'],
      definitions:
        `<linearGradient id="light" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${colour(hue, 0.5, 0.78)}"/><stop offset="1" stop-color="${colour(hue, 0.6, 0.2)}"/></linearGradient>` +
        '<filter id="shadow"><feDropShadow dx="2.5" dy="2.5" stdDeviation="1.5" flood-opacity="0.6"/></filter>',
      filter: 'shadow',
    }
  },
  painting: (draws: Draws): Look => ({
    background: colour(draws.hue + 0.5, 0.35, 0.55 + 0.2 * draws.contrast),
    behind: spots(draws, draws.hue + 0.4, 0.4, 0.6),
    strokes: [`fill="${colour(draws.hue, 0.6, 0.4)}"`],
    definitions: wobble(draws, 0.15, 7, 2),
    filter: 'wobble',
  }),
  cartoon: ({ hue }: Draws): Look => ({
    ...plain,
    background: colour(hue + 0.33, 0.8, 0.8),
    strokes: [
      `fill="${colour(hue, 0.9, 0.55)}" stroke="black" stroke-width="${line(3)}" stroke-linejoin="round"`,
    ],
  }),
  blueprint: ({ contrast }: Draws): Look => ({
    ...plain,
    background: colour(0.6, 0.7, 0.25 + 0.1 * contrast),
    behind:
      '<path d="M0,16H64M0,32H64M0,48H64M16,0V64M32,0V64M48,0V64" stroke="#88aaff" stroke-width="0.4"/>',
    strokes: [`fill="none" stroke="white" stroke-width="${line(2)}"`],
  }),
  poster: ({ hue, contrast, clutter: [angle = 0] }: Draws): Look => ({
    background: colour(hue + 0.15, 0.6, 0.5 + 0.3 * contrast),
    behind: '<rect width="64" height="64" fill="url(#stripes)"/>',
    strokes: [`fill="${colour(hue + 0.1, 0.7, 0.25 + 0.15 * contrast)}"`],
    definitions: hatching('stripes', 180 * angle, 12, colour(hue + 0.2, 0.6, 0.6), 8),
  }),
  neon: ({ hue, contrast }: Draws): Look => ({
    background: colour(hue + 0.6, 0.5, 0.05 + 0.08 * contrast),
    behind: '',
    strokes: [`fill="none" stroke="${colour(hue, 1, 0.65)}" stroke-width="${line(2.5)}"`],
    definitions:
      '<filter id="glow"><feGaussianBlur stdDeviation="2" result="g"/><feMerge><feMergeNode in="g"/><feMergeNode in="g"/><feMergeNode in="SourceGraphic"/></feMerge></filter>',
    filter: 'glow',
  }),
  stencil: (draws: Draws): Look => ({
    background: colour(draws.hue, 0.5, 0.3),
    behind: spots(draws, draws.hue - 0.1, 0.5, 0.35),
    strokes: [`fill="${colour(draws.hue + 0.5, 0.2, 0.85 + 0.1 * draws.contrast)}"`],
    definitions: wobble(draws, 0.5, 3),
    filter: 'wobble',
  }),
  print: (draws: Draws): Look => ({
    background: colour(draws.hue, 0.15, 0.85),
    behind: scratches(draws, 6, colour(draws.hue, 0.2, 0.7), 0.8),
    strokes: ['fill="url(#hatching)"'],
    definitions: hatching('hatching', 180 * draws.turn, 0.18, colour(draws.hue + 0.4, 0.7, 0.25), 0.11),
  }),
  chalk: (draws: Draws): Look => ({
    background: colour(0.38, 0.2, 0.2 + 0.08 * draws.contrast),
    behind: scratches(draws, 5, 'rgba(255,255,255,0.2)', 1.2),
    strokes: [
      'fill="rgba(240,240,235,0.25)"',
      `fill="none" stroke="#eee" stroke-width="${line(2.2)}" stroke-dasharray="0.3 0.05"`,
    ],
    definitions: wobble(draws, 0.09, 6),
    filter: 'wobble',
  }),
  sketch: (draws: Draws): Look => ({
    background: '#f6f4ee',
    behind: scratches(draws, 5, 'rgba(80,80,80,0.35)', 0.7),
    strokes: [
      `fill="none" stroke="#444" stroke-width="${line(0.9 + 0.7 * draws.contrast)}" stroke-dasharray="0.5 0.06"`,
      `fill="none" stroke="#777" stroke-width="${line(0.7)}" transform="translate(0.05,-0.04) rotate(3)"`,
    ],
    definitions: wobble(draws, 0.07, 7),
    filter: 'wobble',
  }),
  crayon: (draws: Draws): Look => ({
    background: colour(draws.hue + 0.5, 0.25, 0.22 + 0.08 * draws.contrast),
    behind: scratches(draws, 5, colour(draws.hue + 0.3, 0.4, 0.45), 1.6),
    strokes: [
      `fill="none" stroke="${colour(draws.hue, 0.75, 0.7)}" stroke-width="${line(3.2)}" stroke-linejoin="round" stroke-dasharray="0.4 0.04"`,
    ],
    definitions: wobble(draws, 0.09, 5),
    filter: 'wobble',
  }),
} as const satisfies Readonly<Record<string, (draws: Draws) => Look>>

export type Style = keyof typeof styles
