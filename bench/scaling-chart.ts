/** The scaling study drawn: a column for each size that is changed, a row for each figure. */
import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import type { Frame } from '../src/report/charts/axes.js'
import { bottomAxis, leftAxis } from '../src/report/charts/axes.js'
import type { Markup } from '../src/report/markup.js'
import { element, verbatim } from '../src/report/markup.js'

/** One panel: the size that is changed, from left to right, and the figure. */
export interface Panel {
  readonly label: string
  readonly figure: string
  readonly points: readonly { readonly size: number; readonly value: number }[]
}

const frame: Frame = { width: 300, height: 190, top: 24, right: 16, bottom: 34, left: 58 }

const style = `text{font:11px system-ui,sans-serif;fill:#444}.figure{font-weight:600}
.grid{stroke:#ddd}.curve{fill:none;stroke:#2a6f97;stroke-width:1.5}circle{fill:#2a6f97}`

const draw = ({ label, figure, points }: Panel): readonly Markup[] => {
  const x = scaleLinear()
    .domain([0, Math.max(...points.map(({ size }) => size), 1)])
    .range([frame.left, frame.width - frame.right])
  const y = scaleLinear()
    .domain([0, Math.max(...points.map(({ value }) => value), Number.MIN_VALUE)])
    .range([frame.height - frame.bottom, frame.top])
    .nice(4)
  const path = line<Panel['points'][number]>()
    .x(({ size }) => Math.round(x(size) * 10) / 10)
    .y(({ value }) => Math.round(y(value) * 10) / 10)
  return [
    leftAxis(y, frame, { ticks: 4 }),
    bottomAxis(x, frame, { label, ticks: 5 }),
    element('text', { class: 'figure', x: frame.left, y: 12 }, figure),
    element('path', { class: 'curve', d: path([...points]) ?? '' }),
    ...points.map(({ size, value }) => element('circle', { cx: x(size), cy: y(value), r: 2.5 })),
  ]
}

/** Rows of panels as one drawing on white, which says what it shows to those who cannot see it. */
export const scalingChart = (title: string, rows: readonly (readonly Panel[])[]): string => {
  const [width, height] = [
    frame.width * Math.max(...rows.map(({ length }) => length)),
    frame.height * rows.length,
  ]
  const panels = rows.flatMap((row, down) =>
    row.map((panel, across) =>
      element(
        'g',
        { transform: `translate(${across * frame.width} ${down * frame.height})` },
        ...draw(panel),
      ),
    ),
  )
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': title,
    },
    element('style', {}, verbatim(style)),
    element('rect', { width, height, fill: '#fff' }),
    ...panels,
  ).markup
}
