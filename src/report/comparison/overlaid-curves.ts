/** One metric of several groups of runs in one chart. */
import type { MeanCurve } from '../../experiments/comparison/compare-runs.js'
import { largest } from '../../values/extremes.js'
import type { Frame } from '../charts/axes.js'
import { bottomAxis, leftAxis, svgImage } from '../charts/axes.js'
import { curveScales, smoothed } from '../charts/learning-curve.js'
import type { Markup } from '../markup.js'
import { element } from '../markup.js'
import { groupClass } from './group-colours.js'

const frame: Frame = { width: 390, height: 230, top: 10, right: 28, bottom: 34, left: 48 }

/** The curve of a group, which is known by its number. */
export interface GroupCurve {
  readonly group: number
  readonly points: MeanCurve['points']
}

/** Moving averages of a metric, one for each group, with the group's number at the end. */
export const overlaidCurves = (name: string, curves: readonly GroupCurve[]): Markup => {
  const drawn = curves.map(({ group, points }) => ({ group, points: smoothed(points) }))
  const all = drawn.flatMap(({ points }) => points)
  const { x, y, draw } = curveScales(frame, [0, Math.max(largest(all.map(({ step }) => step)), 1)], all)
  return svgImage(
    frame,
    `${name} over the steps of ${curves.length} rows; the values at the end are in the table of last values`,
    leftAxis(y, frame, { ticks: 5 }),
    bottomAxis(x, frame, { label: 'step', ticks: 6 }),
    ...drawn.map(({ group, points }) => {
      const last = points.at(-1)
      return element(
        'g',
        { class: groupClass(group), 'data-group': group },
        element('path', { class: 'curve', d: draw(points) }),
        last === undefined
          ? undefined
          : element('text', { class: 'end', x: x(last.step) + 4, y: y(last.value) + 3.5 }, group),
      )
    }),
  )
}
