/** Images as points of a plane: source as rings, target as discs, in the colours of their classes. */
import { scaleLinear } from 'd3-scale'
import type { Markup } from '../markup.js'
import { element, together } from '../markup.js'
import type { ProjectedImage, Projection } from '../run-report.js'
import type { Frame } from './axes.js'
import { svgImage } from './axes.js'

/** The number of colours that can be distinguished; with more classes, colours show domains. */
export const mostColours = 10

/** The class of the style sheet that colours an image's class; with many classes, it colours its domain. */
const colourOf = ({ label, role }: Pick<ProjectedImage, 'label' | 'role'>, classes: number): string =>
  classes <= mostColours ? `class-${label}` : role === 'source' ? 'class-source' : 'class-target'

const frame: Frame = { width: 400, height: 340, top: 10, right: 10, bottom: 10, left: 10 }

/** The range that holds all points of both states, so that places can be compared. */
const extent = (values: readonly number[]): readonly [number, number] => [
  values.reduce((least, value) => Math.min(least, value), Infinity),
  values.reduce((most, value) => Math.max(most, value), -Infinity),
]

/** The map of one of the two states. */
export const featureMap = (
  projection: Projection,
  state: keyof Projection,
  classes: readonly string[],
): Markup => {
  const all = [...projection.before, ...projection.after]
  const x = scaleLinear()
    .domain(extent(all.map((image) => image.x)))
    .range([frame.left, frame.width - frame.right])
  const y = scaleLinear()
    .domain(extent(all.map((image) => image.y)))
    .range([frame.height - frame.bottom, frame.top])
  const points = projection[state].map((image) =>
    element(
      'circle',
      {
        class: `${image.role} ${colourOf(image, classes.length)}`,
        cx: x(image.x),
        cy: y(image.y),
        r: 3.2,
      },
      element('title', {}, `${classes[image.label]} (${image.role})`),
    ),
  )
  return svgImage(frame, `${points.length} images in two dimensions, ${state} adaptation`, together(points))
}
