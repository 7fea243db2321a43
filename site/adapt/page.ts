/** A page that adapts the CLIP of the demo in this tab: to drawn images, or to folders of the user's. */
import type { Terminal } from 'tensile/effects/web'
import { runInWorker } from 'tensile/effects/web'
import { button, make } from '../playground/editor/elements.js'
import { folderField } from './folder-field.js'
import type { AdaptRequest, Adapted, Images } from './request.js'
import { inWords, resultsOf } from './results.js'

/** Where the page's files are. */
export interface AdaptOptions {
  /** The address of their folder, with a `/` at its end. */
  readonly assets: string
}

/** What the worker ends with: both are built together. */
const isAdapted = (value: unknown): value is Adapted =>
  typeof value === 'object' && value !== null && 'tag' in value

const labelledNumber = (id: string, text: string, value: number, most: number) => {
  const input = make('input', {
    ...{ type: 'number', id, min: '1', max: String(most), step: '1', value: String(value) },
  })
  return {
    element: make('label', { for: id }, text, input),
    number: (): number => Math.min(Math.max(Math.round(input.valueAsNumber) || value, 1), most),
  }
}

const choice = (value: string, text: string, checked: boolean) => {
  const input = make('input', { type: 'radio', name: 'adapt-images', value })
  input.checked = checked
  return { input, element: make('label', {}, input, text) }
}

/** Shows the page in an element. */
export const mountAdapt = (host: HTMLElement, { assets }: AdaptOptions): void => {
  const drawn = choice('drawn', 'drawings that are made here', true)
  const own = choice('own', 'two folders of mine', false)
  const perThing = labelledNumber('adapt-per-thing', 'Drawings of each of 12 things in each style', 40, 40)
  const epochs = labelledNumber('adapt-epochs', 'Epochs', 25, 100)
  const labelled = folderField(
    'adapt-labelled',
    'Labelled images',
    'A folder with a folder for each class, named as the class. Choose it, or drop it here.',
  )
  const unlabelled = folderField(
    'adapt-unlabelled',
    'Images to adapt to',
    'A folder of images of the same classes, in another style. Where they lie in folders of these classes, an accuracy is measured; training does not read it.',
  )
  const folders = make('div', { class: 'adapt-folders' }, labelled.element, unlabelled.element)
  const state = make('p', { role: 'status', class: 'adapt-state' })
  const progress = make('progress', { 'aria-label': 'Progress', max: '1', value: '0' })
  const results = make('section', { class: 'adapt-results', 'aria-label': 'Result' })

  const showFields = (): void => {
    folders.hidden = !own.input.checked
    perThing.element.hidden = own.input.checked
  }
  for (const { input } of [drawn, own]) input.addEventListener('change', showFields)

  const said = (text: string, kind: 'busy' | 'done' | 'failed' | 'stopped'): void => {
    state.textContent = text
    state.dataset['kind'] = kind
  }

  let stop: AbortController | undefined
  const setBusy = (busy: boolean, resumable = false): void => {
    startButton.disabled = busy
    stopButton.disabled = !busy
    goOnButton.hidden = !resumable
    progress.hidden = !busy
  }

  const run = async (images: Images | undefined): Promise<void> => {
    const stopping = new AbortController()
    stop = stopping
    setBusy(true)
    results.replaceChildren()
    said('Loading …', 'busy')
    const begun = performance.now()
    let label = ''
    const terminal: Terminal = {
      printLine: () => undefined,
      reportProgress: (made) => {
        progress.max = made.total
        progress.value = made.done
        // A screen reader says what is done, and not each step of it.
        if (made.label !== label) said(`${made.label} …`, 'busy')
        label = made.label
      },
      stop: stopping.signal,
    }
    const worker = new Worker(`${assets}adapt-worker.js`, { type: 'module' })
    const request: AdaptRequest = { assets, epochs: epochs.number(), images }
    try {
      const outcome = await runInWorker(worker, request, terminal)
      if (!isAdapted(outcome)) throw new Error('the worker answered otherwise than expected')
      if (outcome.tag === 'Stopped') {
        setBusy(false, outcome.resumable)
        return said(
          outcome.resumable ? 'Stopped. The finished steps are kept.' : 'Stopped before the first step.',
          'stopped',
        )
      }
      results.replaceChildren(...resultsOf(outcome))
      said(`${inWords(outcome)} It took ${((performance.now() - begun) / 1000).toFixed(0)} s.`, 'done')
      setBusy(false)
    } catch (cause) {
      said(cause instanceof Error ? cause.message : String(cause), 'failed')
      setBusy(false)
    } finally {
      worker.terminate()
      stop = undefined
    }
  }

  const begin = (): void => {
    if (!own.input.checked) return void run({ tag: 'Drawn', perThing: perThing.number() })
    const [source, target] = [labelled.images(), unlabelled.images()]
    const without = source.find(({ folder }) => folder === '')
    if (source.length === 0 || target.length === 0) return said('Choose both folders first.', 'failed')
    if (without !== undefined)
      return said(
        `'${without.name}' lies in no folder of a class: put it into one that is named as its class.`,
        'failed',
      )
    return void run({ tag: 'Own', labelled: source, unlabelled: target })
  }

  const startButton = button('Adapt', begin, { class: 'adapt-primary' })
  const stopButton = button('Stop', () => {
    stop?.abort()
    said('Stopping after this step …', 'busy')
  })
  const goOnButton = button('Go on', () => void run(undefined))

  host.replaceChildren(
    make(
      'div',
      { class: 'adapt' },
      make('fieldset', {}, make('legend', {}, 'Images'), drawn.element, own.element),
      folders,
      make('div', { class: 'adapt-numbers' }, perThing.element, epochs.element),
      make('div', { class: 'adapt-bar' }, startButton, stopButton, goOnButton),
      state,
      progress,
      results,
    ),
  )
  showFields()
  setBusy(false)
}
