/** Axes of charts: ticks as thin lines across, their numbers next to them, and the axis's label. */
import type { ScaleLinear } from 'd3-scale'
import type { Markup } from '../markup.js'
import { element, together } from '../markup.js'

/** The frame within which a chart draws, in pixels from the top left. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

interface AxisOptions {
  readonly label: string
  readonly ticks: number
  readonly format?: (value: number) => string
}

type Scale = ScaleLinear<number, number>

/** Numbers below the frame, and the axis's label at its right end. */
export const bottomAxis = (
  scale: Scale,
  { height, bottom, width, right }: Frame,
  { label, ticks, format = scale.tickFormat(ticks) }: AxisOptions,
): Markup =>
  together([
    ...scale
      .ticks(ticks)
      .map((tick) =>
        element(
          'text',
          { class: 'tick', x: scale(tick), y: height - bottom + 15, 'text-anchor': 'middle' },
          format(tick),
        ),
      ),
    element('text', { class: 'axis', x: width - right, y: height - 3, 'text-anchor': 'end' }, label),
  ])

/** Lines across the frame, and their numbers to its left. */
export const leftAxis = (
  scale: Scale,
  { left, right, width }: Frame,
  { ticks, format = scale.tickFormat(ticks) }: Omit<AxisOptions, 'label'>,
): Markup =>
  together(
    scale
      .ticks(ticks)
      .flatMap((tick) => [
        element('line', { class: 'grid', x1: left, x2: width - right, y1: scale(tick), y2: scale(tick) }),
        element(
          'text',
          { class: 'tick', x: left - 6, y: scale(tick) + 3.5, 'text-anchor': 'end' },
          format(tick),
        ),
      ]),
  )

/** Lines down the frame at the ticks of the lower axis. */
export const columnLines = (scale: Scale, { top, height, bottom }: Frame, ticks: number): Markup =>
  together(
    scale.ticks(ticks).map((tick) =>
      element('line', {
        class: 'grid',
        x1: scale(tick),
        x2: scale(tick),
        y1: top,
        y2: height - bottom,
      }),
    ),
  )

/** A drawing that shrinks with its column, and says to those who cannot see it what it shows. */
export const svgImage = (
  { width, height }: Pick<Frame, 'width' | 'height'>,
  description: string,
  ...content: readonly Markup[]
): Markup =>
  element(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': description },
    ...content,
  )
