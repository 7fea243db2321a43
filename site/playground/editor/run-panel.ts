/** Runs the effect of a program in a worker of its own: engine, Run and Stop, the curve of the loss, lines, values. */
import type { Terminal } from 'tensile/effects/web'
import { runInWorker } from 'tensile/effects/web'
import type { EngineName } from '../run/engine-name.js'
import { engineNames } from '../run/engine-name.js'
import type { Outcome, Point } from '../run/outcome.js'
import { button, make } from './elements.js'
import { lossCurve } from './loss-curve.js'

/** The panel, and whether there is something to run. */
export interface RunPanel {
  readonly element: HTMLElement
  readonly canRun: (can: boolean) => void
}

const engineTitles: Readonly<Record<EngineName, string>> = {
  'onnx-web': 'ONNX Runtime, WebAssembly',
  reference: 'reference, float64',
}

/** What the run worker ends with: both are built together. */
const isOutcome = (value: unknown): value is Outcome =>
  typeof value === 'object' && value !== null && 'losses' in value && 'values' in value

export const runPanel = (assets: string, compiled: () => Promise<string>): RunPanel => {
  const curve = lossCurve()
  const state = make('p', { role: 'status', class: 'playground-state' })
  const lines = make('pre', { tabindex: '0', role: 'region', 'aria-label': 'Printed lines' })
  const values = make('dl', { class: 'playground-values' })
  const engine = make(
    'select',
    { 'aria-label': 'Engine' },
    ...engineNames.map((name) => make('option', { value: name }, engineTitles[name])),
  )
  let stop: AbortController | undefined

  const said = (text: string, kind: 'busy' | 'done' | 'failed'): void => {
    state.textContent = text
    state.dataset['kind'] = kind
  }

  const showOutcome = ({ losses, values: found }: Outcome, points: readonly Point[]): void => {
    const all = losses.length > 0 ? losses : points
    curve.draw(all)
    values.replaceChildren(
      ...found.flatMap(({ name, shape, text }) => [
        make('dt', {}, `${name} ${shape}`),
        make('dd', {}, make('pre', {}, text)),
      ]),
    )
    const [first, last] = [all[0], all.at(-1)]
    said(
      first === undefined || last === undefined
        ? 'Ended.'
        : `Ended after ${last.step} steps: the loss went from ${first.value.toPrecision(4)} to ${last.value.toPrecision(4)}.`,
      'done',
    )
  }

  const start = async (): Promise<void> => {
    const stopping = new AbortController()
    stop = stopping
    runButton.disabled = true
    stopButton.disabled = false
    lines.textContent = ''
    values.replaceChildren()
    curve.draw([])
    said('Compiling …', 'busy')
    const points: Point[] = []
    const name = engineNames[engine.selectedIndex] ?? engineNames[0]
    const terminal: Terminal = {
      printLine: (line) => {
        lines.textContent = `${lines.textContent}${line}\n`
      },
      reportProgress: ({ done, total, fields }) => {
        const loss = Number(fields['loss'])
        if (Number.isFinite(loss)) points.push({ step: done, value: loss })
        curve.draw([...points])
        said(`Step ${done} of ${total}`, 'busy')
      },
      stop: stopping.signal,
    }
    const worker = new Worker(`${assets}run-worker.js`, { type: 'module' })
    try {
      const outcome = await runInWorker(worker, { code: await compiled(), engine: name }, terminal)
      if (isOutcome(outcome)) showOutcome(outcome, points)
    } catch (cause) {
      said(cause instanceof Error ? cause.message : String(cause), 'failed')
    } finally {
      worker.terminate()
      stop = undefined
      runButton.disabled = false
      stopButton.disabled = true
    }
  }
  const runButton = button('Run', () => void start(), { class: 'playground-primary' })
  const stopButton = button('Stop', () => stop?.abort())
  stopButton.disabled = true

  return {
    element: make(
      'section',
      { class: 'playground-run', 'aria-label': 'Run' },
      make('div', { class: 'playground-bar' }, runButton, stopButton, engine),
      state,
      curve.element,
      lines,
      values,
    ),
    canRun: (can) => {
      if (stop === undefined) runButton.disabled = !can
    },
  }
}
