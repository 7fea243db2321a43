/** The views of a program: its text, its drawing with scopes to fold, its gradient, its cost. */
import type { Views } from '../program/inspect.js'
import { scopeKey } from '../program/inspect.js'
import type { ProgramWorker } from '../program/messages.js'
import { button, make } from './elements.js'
import { tabs } from './tabs.js'

/** The views, for the programs of a module. */
export interface ViewsPanel {
  readonly element: HTMLElement
  readonly show: (worker: ProgramWorker, views: readonly Views[]) => void
  /** Says why there is nothing to show. */
  readonly explain: (reason: string) => void
}

const inUnits = (value: number, units: readonly string[], base: number): string => {
  const power = value < base ? 0 : Math.min(units.length - 1, Math.floor(Math.log(value) / Math.log(base)))
  const scaled = value / base ** power
  return `${power === 0 ? scaled : scaled.toPrecision(3)} ${units[power] ?? ''}`.trim()
}

const largestDrawing = 400

export const viewsPanel = (): ViewsPanel => {
  const text = make('pre', { tabindex: '0', role: 'region', 'aria-label': 'The program as text' })
  const gradient = make('pre', { tabindex: '0', role: 'region', 'aria-label': 'The gradient as text' })
  const picture = make('div', {
    class: 'playground-picture',
    tabindex: '0',
    role: 'region',
    'aria-label': 'Drawing',
  })
  const scopes = make('div', { class: 'playground-scopes' })
  const graph = make('div', {}, scopes, picture)
  const cost = make('div', { class: 'playground-cost' })
  const choice = make('select', { 'aria-label': 'Program to show' })
  choice.hidden = true
  const body = tabs('Views', [
    { title: 'Text', content: text },
    { title: 'Graph', content: graph },
    { title: 'Gradient', content: gradient },
    { title: 'Cost', content: cost },
  ])
  let current: { readonly worker: ProgramWorker; readonly views: readonly Views[] } | undefined
  const folded = new Set<string>()

  const chosen = (): Views | undefined => current?.views[choice.selectedIndex]

  const draw = async (): Promise<void> => {
    const of = chosen()
    if (current === undefined || of === undefined) return
    const { worker } = current
    const program = choice.selectedIndex
    if (of.text.split('\n').length > largestDrawing && folded.size === 0) {
      for (const { scope } of of.scopes) folded.add(scopeKey(scope))
      showScopes(of)
    }
    const svg = await worker.ask({ tag: 'Draw', program, folded: [...folded] })
    if (current.worker !== worker || choice.selectedIndex !== program) return
    const drawn = new DOMParser().parseFromString(svg ?? '', 'image/svg+xml').documentElement
    if (svg === undefined || drawn.nodeName !== 'svg') return picture.replaceChildren()
    drawn.setAttribute('role', 'img')
    drawn.setAttribute('aria-label', 'The program as a graph; the tab Text has the same as text')
    picture.replaceChildren(drawn)
  }

  /** Draws when the drawing is looked at: large ones take a moment. */
  const drawIfSeen = (): void => {
    if (body.selected() === 'Graph') draw().catch((cause: unknown) => picture.replaceChildren(String(cause)))
  }

  const showScopes = (of: Views): void => {
    scopes.replaceChildren(
      ...of.scopes.map(({ scope, operations }) => {
        const key = scopeKey(scope)
        const box = make('input', { type: 'checkbox' })
        box.checked = !folded.has(key)
        box.addEventListener('change', () => {
          if (box.checked) folded.delete(key)
          else folded.add(key)
          drawIfSeen()
        })
        const label = make('label', {}, box, `${scope.at(-1) ?? ''} (${operations})`)
        label.style.marginInlineStart = `${(scope.length - 1) * 1.2}em`
        return label
      }),
    )
    if (of.scopes.length > 0) scopes.prepend(make('span', {}, 'Open scopes:'))
  }

  const showCost = (of: Views): void => {
    const result = make('dl', {})
    const inputs = of.symbols.map((symbol) => {
      const field = make('input', { type: 'number', min: '1', value: '8', 'aria-label': `size of ${symbol}` })
      field.addEventListener('input', count)
      return { symbol, field }
    })
    function count(): void {
      if (current === undefined) return
      const sizes = Object.fromEntries(inputs.map(({ symbol, field }) => [symbol, Number(field.value)]))
      current.worker.ask({ tag: 'Cost', program: choice.selectedIndex, sizes }).then(
        ({ parameters, floatingPointOperations, memory }) =>
          result.replaceChildren(
            make('dt', {}, 'numbers in parameters'),
            make('dd', {}, inUnits(parameters, ['', 'thousand', 'million', 'billion'], 1000)),
            make('dt', {}, 'floating-point operations of one run'),
            make('dd', {}, inUnits(floatingPointOperations, ['', 'thousand', 'million', 'billion'], 1000)),
            make('dt', {}, 'memory of one run, at its peak'),
            make('dd', {}, inUnits(memory, ['bytes', 'KiB', 'MiB', 'GiB'], 1024)),
          ),
        (cause: unknown) => result.replaceChildren(make('dd', {}, String(cause))),
      )
    }
    cost.replaceChildren(
      ...inputs.map(({ symbol, field }) => make('label', {}, `${symbol} = `, field)),
      result,
    )
    count()
  }

  const showChosen = (): void => {
    const of = chosen()
    text.textContent = of?.text ?? ''
    gradient.textContent = of?.gradient ?? 'There is no scalar to differentiate: export one, such as a loss.'
    picture.replaceChildren()
    if (of === undefined) return
    showScopes(of)
    showCost(of)
    drawIfSeen()
  }
  choice.addEventListener('change', () => {
    folded.clear()
    showChosen()
  })
  body.onSelect(drawIfSeen)

  const open = button('Open all', () => fold(false))
  const close = button('Fold all', () => fold(true))
  function fold(all: boolean): void {
    const of = chosen()
    folded.clear()
    if (of === undefined) return
    if (all) for (const { scope } of of.scopes) folded.add(scopeKey(scope))
    showScopes(of)
    drawIfSeen()
  }
  graph.prepend(make('div', { class: 'playground-folding' }, open, close))

  return {
    element: make(
      'div',
      { class: 'playground-views' },
      make('div', { class: 'playground-choice' }, choice),
      body.element,
    ),
    show: (worker, views) => {
      const before = choice.selectedIndex
      current = { worker, views }
      choice.replaceChildren(...views.map(({ name }) => make('option', {}, name)))
      choice.selectedIndex = before >= 0 && before < views.length ? before : 0
      choice.hidden = views.length < 2
      if (views.length === 0) {
        text.textContent = 'The program exports no tensor, program or step: what it exports is shown here.'
        gradient.textContent = ''
        picture.replaceChildren()
        cost.replaceChildren()
        scopes.replaceChildren()
      } else showChosen()
    },
    explain: (reason) => {
      text.textContent = reason
    },
  }
}
