// Opens the page of a comparison in a browser and uses it by the keyboard alone: sorts by a column, filters by words and by a
// method. Prints what a person then sees, what axe finds, and what the browser complained about. A script of its own: the browser's
// driver declares its types with those of browsers, which this project does without.
//
// node use-comparison.mjs <page.html> <folder of pictures> <browser>
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const [page = '', folder = '', executablePath = ''] = process.argv.slice(2)
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
try {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  const complaints = []
  const requests = []
  tab.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  tab.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  tab.on('request', (request) => requests.push(request.url()))
  await tab.goto(pathToFileURL(page).href)

  const see = () =>
    tab.evaluate(() => {
      const visible = (selector) =>
        [...document.querySelectorAll(selector)].filter((each) => getComputedStyle(each).display !== 'none')
      return {
        rows: visible('#groups tbody tr').map((row) => Number(row.dataset.group)),
        curves: visible('svg:first-of-type [data-group]').length,
        sorted: visible('#groups th[aria-sort]:not([aria-sort="none"])').map(
          (heading) => `${heading.textContent} ${heading.getAttribute('aria-sort')}`,
        ),
        said: document.querySelector('#shown').textContent,
      }
    })

  /** Presses Tab until an element with this text or label has the focus. */
  const tabTo = async (name) => {
    for (let i = 0; i < 80; i += 1) {
      await tab.keyboard.press('Tab')
      const found = await tab.evaluate(() => {
        const { activeElement: at } = document
        return at.labels?.[0]?.firstChild.textContent ?? at.textContent
      })
      if (found.trim() === name) return
    }
    throw new Error(`no way to ${name} by the keyboard`)
  }

  const opened = await see()
  await tabTo('Words in a row')
  await tab.keyboard.type('photo')
  const searched = await see()
  await tab.keyboard.press('Control+a')
  await tab.keyboard.press('Delete')
  await tabTo('Method')
  await tab.keyboard.type('DAPL')
  await tab.keyboard.press('Enter')
  await tab.keyboard.press('Escape')
  const chosen = await see()
  await tabTo('Show all')
  await tab.keyboard.press('Enter')
  await tab.waitForFunction(() => document.querySelector('#groups tr[hidden]') === null)
  await tabTo('Accuracy, %')
  await tab.keyboard.press('Enter')
  const descending = await see()
  await tab.keyboard.press('Space')
  const ascending = await see()
  await tab.screenshot({ path: join(folder, 'sorted.png') })

  await tab.addScriptTag({ content: axe })
  const findings = await tab.evaluate(async () => {
    const { violations } = await globalThis.axe.run()
    return violations.flatMap(({ id, impact, nodes }) =>
      nodes.map(({ html }) => `${impact}: ${id}: ${html.slice(0, 80)}`),
    )
  })
  process.stdout.write(
    JSON.stringify({ opened, searched, chosen, descending, ascending, findings, complaints, requests }),
  )
} finally {
  await browser.close()
}
