/** A loss term over the steps: every step thinly, and a moving average that shows where it goes. */
import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import type { Markup } from '../markup.js'
import { element } from '../markup.js'
import type { LearningCurve } from '../run-report.js'
import type { Frame } from './axes.js'
import { bottomAxis, svgImage, leftAxis } from './axes.js'

const frame: Frame = { width: 340, height: 190, top: 10, right: 12, bottom: 34, left: 46 }

/** No more points than the frame has pixels, evenly taken; the last one is always there. */
const thinned = <A>(points: readonly A[], most: number): readonly A[] => {
  const stride = Math.max(1, Math.ceil(points.length / most))
  return points.filter((_, i) => i % stride === 0 || i === points.length - 1)
}

/** The exponential moving average over a twentieth of the steps, without a bias toward its start. */
export const smoothed = (points: LearningCurve['points']): LearningCurve['points'] => {
  const decay = 1 - 1 / Math.max(1, points.length / 20)
  let [total, weight] = [0, 0]
  return points.map(({ step, value }) => {
    total = decay * total + value
    weight = decay * weight + 1
    return { step, value: total / weight }
  })
}

/** The range of most values: single steps that leap out would flatten all the others. */
const rangeOf = (values: readonly number[]): readonly [number, number] => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  const [low, high] = [at(0.005), at(0.995)]
  return low === high ? [low - 0.5, high + 0.5] : [low, high]
}

/** The scales of points in a frame: steps as given, values in the range of most of them; and the line through points. */
export const curveScales = (
  { left, right, top, bottom, width, height }: Frame,
  steps: readonly [first: number, last: number],
  points: LearningCurve['points'],
) => {
  const x = scaleLinear()
    .domain([...steps])
    .range([left, width - right])
  const y = scaleLinear()
    .domain(rangeOf(points.map(({ value }) => value)))
    .range([height - bottom, top])
    .nice(4)
    .clamp(true)
  const path = line<LearningCurve['points'][number]>()
    .x(({ step }) => Math.round(x(step) * 10) / 10)
    .y(({ value }) => Math.round(y(value) * 10) / 10)
  /** No more than 300 points are drawn. */
  const draw = (of: LearningCurve['points']): string => path([...thinned(of, 300)]) ?? ''
  return { x, y, draw }
}

/** One chart for one term. */
export const learningCurveChart = ({ name, points }: LearningCurve): Markup => {
  const steps = [points[0]?.step ?? 0, Math.max(points.at(-1)?.step ?? 1, 1)] as const
  const { x, y, draw } = curveScales(frame, steps, points)
  const [first, last] = [points[0]?.value, points.at(-1)?.value]
  return svgImage(
    frame,
    `${name} from ${first?.toPrecision(3)} to ${last?.toPrecision(3)} in ${points.length} steps`,
    leftAxis(y, frame, { ticks: 4 }),
    bottomAxis(x, frame, { label: 'step', ticks: 5 }),
    element('path', { class: 'curve faint', d: draw(points) }),
    element('path', { class: 'curve', d: draw(smoothed(points)) }),
  )
}
