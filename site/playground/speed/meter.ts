/** The page's side of the measurements: a button, and a table that fills. */
import { runInWorker, silentTerminal } from 'tensile/effects/web'
import { button, make } from '../editor/elements.js'
import type { Figures } from './messages.js'
import { meteredEngines } from './messages.js'

const isFigures = (value: unknown): value is Figures =>
  typeof value === 'object' && value !== null && 'step' in value && 'product' in value

const shown = (milliseconds: number): string => `${milliseconds.toPrecision(3)} ms`

/** Shows the meter in an element; `assets` is the folder of the playground's files. */
export const mountSpeedMeter = (host: HTMLElement, assets: string): void => {
  const rows = meteredEngines.map(({ title }) => [make('td', {}, '–'), make('td', {}, '–'), title] as const)
  const state = make('p', { role: 'status' })
  const measure = async (): Promise<void> => {
    start.disabled = true
    for (const [i, { name, title }] of meteredEngines.entries()) {
      const [step, product] = rows[i] ?? []
      if (step === undefined || product === undefined) continue
      state.textContent = `Measuring: ${title} …`
      const worker = new Worker(`${assets}speed-worker.js`, { type: 'module' })
      try {
        const figures = await runInWorker(worker, name, silentTerminal)
        if (isFigures(figures)) {
          step.textContent = shown(figures.step)
          product.textContent = shown(figures.product)
        }
      } catch (cause) {
        step.textContent = 'does not work here'
        product.textContent = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? ''
      } finally {
        worker.terminate()
      }
    }
    const cores = `${navigator.hardwareConcurrency} cores, ${crossOriginIsolated ? 'cross-origin isolated' : 'not cross-origin isolated: one thread'}`
    state.textContent = `Measured on this machine: ${cores}.`
    start.disabled = false
  }
  const start = button('Measure', () => void measure(), { class: 'playground-primary' })
  host.replaceChildren(
    make(
      'div',
      { class: 'playground' },
      make('div', { class: 'playground-bar' }, start),
      state,
      make(
        'table',
        {},
        make(
          'thead',
          {},
          make(
            'tr',
            {},
            make('th', { scope: 'col' }, 'engine'),
            make('th', { scope: 'col' }, 'training step'),
            make('th', { scope: 'col' }, 'product of matrices'),
          ),
        ),
        make(
          'tbody',
          {},
          ...rows.map(([step, product, title]) =>
            make('tr', {}, make('th', { scope: 'row' }, title), step, product),
          ),
        ),
      ),
    ),
  )
}
