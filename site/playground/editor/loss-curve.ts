/** The curve of a loss, drawn by the component of the reports. */
import { learningCurveChart } from '../../../dist/report/charts/learning-curve.js'
import { chartRules } from '../../../dist/report/style.js'
import type { Point } from '../run/outcome.js'
import { make } from './elements.js'

/** A place for a curve. */
export interface LossCurve {
  readonly element: HTMLElement
  /** Draws these points, at the next frame. */
  readonly draw: (points: readonly Point[]) => void
}

export const lossCurve = (): LossCurve => {
  const place = make('div', { class: 'playground-curve' })
  const style = make('style', {}, `.playground-curve { ${chartRules} }`)
  let waiting: readonly Point[] | undefined
  const frame = (): void => {
    const points = waiting
    waiting = undefined
    // The chart is made of numbers and of markup that is escaped where it is made.
    if (points !== undefined && points.length > 1) {
      place.innerHTML = learningCurveChart({ name: 'loss', points }).markup
    }
  }
  return {
    element: make('div', {}, style, place),
    draw: (points) => {
      if (waiting === undefined) requestAnimationFrame(frame)
      waiting = points
      if (points.length === 0) place.replaceChildren()
    },
  }
}
