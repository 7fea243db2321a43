/** The playground: an editor with live shapes, the views of the program, and its runs. */
import { answeringAt } from '../channel.js'
import type { Complaint } from '../language/complaint.js'
import type { LanguageAnswers, LanguageQuestion } from '../language/messages.js'
import type { ProgramAnswers, ProgramQuestion, ProgramWorker } from '../program/messages.js'
import type { CodeEditor } from './code-editor.js'
import { codeEditor } from './code-editor.js'
import { button, make } from './elements.js'
import { askedBy, hashOf } from './link.js'
import { runPanel } from './run-panel.js'
import { viewsPanel } from './views-panel.js'

export { mountSpeedMeter } from '../speed/meter.js'

/** Where the playground is shown. */
export interface PlaygroundOptions {
  /** The address of the folder with the playground's files, with a `/` at its end. */
  readonly assets: string
  /** The program to begin with; without it, the address of the page says which. */
  readonly code?: string
}

interface Example {
  readonly name: string
  readonly title: string
  readonly code: string
}

/** Milliseconds after the last key until the program is checked, and until it is run to be shown. */
const [checkAfter, showAfter] = [60, 400]

/** Milliseconds after which a program that is still being written down is ended: it has a loop without an end. */
const patience = 15_000

/** Calls the last of several calls, once no other has come for so many milliseconds. */
const settled = (
  milliseconds: number,
  action: () => Promise<void>,
  failed: (cause: unknown) => void,
): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      action().catch(failed)
    }, milliseconds)
  }
}

/** Shows the playground in an element; the promise is kept once the editor is there. */
export const mountPlayground = async (
  host: HTMLElement,
  { assets, code }: PlaygroundOptions,
): Promise<void> => {
  const compiler = answeringAt<LanguageQuestion, LanguageAnswers>(`${assets}language-worker.js`)
  const answer = await fetch(`${assets}examples.json`)
  const examples: readonly Example[] = await answer.json()
  const asked = code === undefined ? await askedBy(location.hash) : { tag: 'Code' as const, code }
  const exampleAsked = asked.tag === 'Example' ? examples.find(({ name }) => name === asked.name) : undefined
  const beginning = asked.tag === 'Code' ? asked.code : ((exampleAsked ?? examples[0])?.code ?? '')

  const complaints = make('ol', { class: 'playground-complaints' })
  const status = make('p', { role: 'status', class: 'playground-status' }, 'Loading the compiler …')
  const place = make('div', { class: 'playground-editor' })
  const views = viewsPanel()
  const run = runPanel(assets, () => compiler.ask({ tag: 'Emit', text: editor.text() }))
  let programs: ProgramWorker | undefined

  const say = (text: string, kind: 'wrong' | 'right' | 'busy'): void => {
    status.textContent = text
    status.dataset['kind'] = kind
  }

  const showComplaints = (found: readonly Complaint[]): void => {
    editor.show(found)
    complaints.replaceChildren(
      ...found.map((complaint) =>
        make(
          'li',
          {},
          button(`Line ${complaint.line}: ${complaint.sentence}`, () => editor.goTo(complaint)),
          make(
            'details',
            {},
            make('summary', {}, 'what the compiler says'),
            make('pre', {}, complaint.message),
          ),
        ),
      ),
    )
    say(
      found.length === 0
        ? 'All shapes agree.'
        : `${found.length} ${found.length === 1 ? 'mistake' : 'mistakes'}: ${found[0]?.sentence}`,
      found.length === 0 ? 'right' : 'wrong',
    )
  }

  const check = async (): Promise<void> => {
    const text = editor.text()
    const found = await compiler.ask({ tag: 'Check', text })
    if (text !== editor.text()) return
    run.canRun(found.length === 0)
    showComplaints(found)
  }

  const show = async (): Promise<void> => {
    const text = editor.text()
    const found = await compiler.ask({ tag: 'Check', text })
    if (found.length > 0 || text !== editor.text()) return
    programs?.end()
    const worker = answeringAt<ProgramQuestion, ProgramAnswers>(`${assets}program-worker.js`)
    programs = worker
    const tooLong = setTimeout(() => {
      worker.end()
      views.explain(`The program was still running after ${patience / 1000} s, and was ended.`)
    }, patience)
    try {
      const loaded = await worker.ask({ tag: 'Load', code: await compiler.ask({ tag: 'Emit', text }) })
      if (programs === worker && text === editor.text()) views.show(worker, loaded.views)
    } catch (cause) {
      if (programs === worker) views.explain(cause instanceof Error ? cause.message : String(cause))
    } finally {
      clearTimeout(tooLong)
    }
  }

  const keep = async (): Promise<void> => {
    if (code === undefined) history.replaceState(history.state, '', await hashOf(editor.text()))
  }

  const failed = (cause: unknown): void =>
    say(cause instanceof Error ? cause.message : String(cause), 'wrong')
  const later = [
    settled(checkAfter, check, failed),
    settled(showAfter, show, failed),
    settled(showAfter, keep, failed),
  ]
  const editor: CodeEditor = codeEditor(place, compiler, beginning, () => {
    for (const action of later) action()
  })

  const choice = make(
    'select',
    { 'aria-label': 'Example' },
    make('option', { value: '' }, 'Examples …'),
    ...examples.map(({ name, title }) => make('option', { value: name }, title)),
  )
  choice.addEventListener('change', () => {
    const chosen = examples.find(({ name }) => name === choice.value)
    if (chosen !== undefined) editor.replace(chosen.code)
  })
  const copy = button('Copy link', () => {
    hashOf(editor.text())
      .then((hash) => navigator.clipboard.writeText(`${location.href.split('#')[0]}${hash}`))
      .then(() => say('The link is copied.', 'right'), failed)
  })

  host.replaceChildren(
    make(
      'div',
      { class: 'playground' },
      make('div', { class: 'playground-bar' }, choice, code === undefined ? copy : undefined),
      make(
        'div',
        { class: 'playground-columns' },
        make('div', { class: 'playground-left' }, status, place, complaints),
        make('div', { class: 'playground-right' }, run.element, views.element),
      ),
    ),
  )
  run.canRun(false)
  check().then(show).catch(failed)
}
