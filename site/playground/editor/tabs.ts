/** Tabs by the pattern of the ARIA practices: arrow keys change the tab, Tab leads into its panel. */
import { make } from './elements.js'

/** A tab: its title, and what it shows. */
export interface Tab {
  readonly title: string
  readonly content: HTMLElement
}

/** Tabs, one of which is selected. */
export interface Tabs {
  readonly element: HTMLElement
  readonly selected: () => string
  readonly select: (title: string) => void
  readonly onSelect: (listener: () => void) => void
}

let made = 0

export const tabs = (label: string, of: readonly Tab[]): Tabs => {
  made += 1
  const group = `playground-tabs-${made}`
  const listeners: (() => void)[] = []
  let current = 0
  const buttons = of.map(({ title }, i) => {
    const tab = make(
      'button',
      { type: 'button', role: 'tab', id: `${group}-tab-${i}`, 'aria-controls': `${group}-panel-${i}` },
      title,
    )
    tab.addEventListener('click', () => select(i))
    return tab
  })
  const panels = of.map(({ content }, i) =>
    make(
      'div',
      { role: 'tabpanel', id: `${group}-panel-${i}`, 'aria-labelledby': `${group}-tab-${i}` },
      content,
    ),
  )
  const list = make('div', { role: 'tablist', 'aria-label': label }, ...buttons)
  list.addEventListener('keydown', ({ key }) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: (current + 1) % of.length,
      ArrowLeft: (current + of.length - 1) % of.length,
      Home: 0,
      End: of.length - 1,
    }
    const next = moves[key]
    if (next === undefined) return
    select(next)
    buttons[next]?.focus()
  })
  function select(index: number): void {
    current = index
    for (const [i, tab] of buttons.entries()) {
      tab.setAttribute('aria-selected', String(i === index))
      tab.tabIndex = i === index ? 0 : -1
    }
    for (const [i, panel] of panels.entries()) panel.hidden = i !== index
    for (const listener of listeners) listener()
  }
  select(0)
  return {
    element: make('div', { class: 'playground-tabs' }, list, ...panels),
    selected: () => of[current]?.title ?? '',
    select: (title) =>
      select(
        Math.max(
          0,
          of.findIndex((tab) => tab.title === title),
        ),
      ),
    onSelect: (listener) => listeners.push(listener),
  }
}
