// Opens the playground in a tab, does what a person does there, and prints what they see. A script of its own: the
// browser's driver declares its types with those of browsers, which this project does without.
//
// node open-playground.mjs <browser> '{"folder": "build/playground", "edits": 20, "examples": ["line"]}'
import { chromium } from 'playwright-core'
import { serveFolders } from '../support/serve-folders.mjs'

const [executablePath = '', text = '{}'] = process.argv.slice(2)
const { folder, edits, examples, photograph } = JSON.parse(text)

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Playground</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/playground.css"><main><h1>Playground</h1><div id="place"></div></main>
<script type="module">
  import { mountPlayground } from '/playground.js'
  mountPlayground(document.querySelector('#place'), { assets: '/' })
</script></html>`

const { origin, end } = await serveFolders({ '/': folder }, { '/': page })
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
try {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  const complaints = []
  const requests = []
  tab.context().on('request', (request) => requests.push(request.url().replace(origin, '')))
  tab.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  tab.on('pageerror', (error) => complaints.push(`error: ${error.message}`))

  const kind = (place, value) => tab.waitForSelector(`${place}[data-kind="${value}"]`, { timeout: 60_000 })

  const opened = Date.now()
  await tab.goto(`${origin}/`)
  await kind('.playground-status', 'right')
  const openedIn = Date.now() - opened

  // A program whose last line is edited: each digit makes another wrong shape.
  const written = [
    "import { input, matmul, parameter } from 'tensile'",
    "const x = input('x', ['B', 3])",
    "export const y = matmul(x, parameter('w', [3, 2]))",
  ].join('\n')
  const editor = tab.locator('.cm-content')
  const write = async (program) => {
    await editor.click()
    await tab.keyboard.press('Control+a')
    await tab.keyboard.insertText(program)
  }
  await write(written)
  await kind('.playground-status', 'right')
  await tab.keyboard.press('Control+End')
  for (let i = 0; i < ', 2]))'.length; i += 1) await tab.keyboard.press('ArrowLeft')

  await tab.evaluate(() => {
    addEventListener(
      'keydown',
      () => {
        globalThis.lastKey = performance.now()
      },
      { capture: true },
    )
  })
  /** Milliseconds from the last key until the status says a sentence. */
  const untilSaid = (sentence) =>
    tab.evaluate(
      (expected) =>
        new Promise((resolve) => {
          const place = document.querySelector('.playground-status')
          const look = () => {
            if (!place.textContent.includes(expected)) return
            watch.disconnect()
            resolve(performance.now() - globalThis.lastKey)
          }
          const watch = new MutationObserver(look)
          watch.observe(place, { childList: true, characterData: true, subtree: true })
          look()
        }),
      sentence,
    )
  const latencies = []
  for (let i = 0; i < edits; i += 1) {
    const digit = i % 10
    await tab.keyboard.press(String(digit))
    latencies.push(await untilSaid(`inner dims 3 and 3${digit} differ`))
    await tab.keyboard.press('Backspace')
    await untilSaid('All shapes agree')
  }

  // A hover shows the shape.
  const hovered = await tab.evaluate(() => {
    const line = [...document.querySelectorAll('.cm-line')].find((one) =>
      one.textContent.startsWith('export const y'),
    )
    const range = document.createRange()
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT)
    let at = 'export const '.length
    while (walker.nextNode()) {
      if (at < walker.currentNode.length) break
      at -= walker.currentNode.length
    }
    range.setStart(walker.currentNode, at)
    range.setEnd(walker.currentNode, at + 1)
    const { x, y, width, height } = range.getBoundingClientRect()
    return { x: x + width / 2, y: y + height / 2 }
  })
  await tab.mouse.move(hovered.x + 40, hovered.y + 60)
  await tab.mouse.move(hovered.x, hovered.y)
  const hover = await tab.locator('.playground-hover code').textContent({ timeout: 20_000 })

  const ran = []
  for (const example of examples) {
    await tab.selectOption('select[aria-label="Example"]', example)
    await tab.evaluate(() => {
      document.querySelector('.playground-status').dataset.kind = 'busy'
      document.querySelector('.playground-views pre').textContent = ''
    })
    await kind('.playground-status', 'right')
    await tab.waitForFunction(
      () => document.querySelector('.playground-views pre').textContent !== '',
      undefined,
      {
        timeout: 60_000,
      },
    )
    // The worker counts the cost after the text is shown.
    await tab.waitForSelector('.playground-cost dd', { state: 'attached', timeout: 60_000 })
    const views = await tab.evaluate(() => {
      const of = document.querySelector('.playground-views')
      const [program, , gradient, cost] = [...of.querySelectorAll('[role=tabpanel]')].map(
        ({ textContent }) => textContent,
      )
      return { program, gradient, cost }
    })
    await tab.getByRole('tab', { name: 'Graph' }).click()
    await tab.waitForSelector('.playground-picture svg', { timeout: 60_000 })
    const boxes = await tab.locator('.playground-picture svg .node').count()
    const scopes = await tab.locator('.playground-scopes input').count()
    let folded = boxes
    if (scopes > 0) {
      await tab.getByRole('button', { name: 'Fold all' }).click()
      await tab.waitForFunction(
        (before) => document.querySelectorAll('.playground-picture svg .node').length < before,
        boxes,
        { timeout: 60_000 },
      )
      folded = await tab.locator('.playground-picture svg .node').count()
    }
    await tab.getByRole('tab', { name: 'Text' }).click()
    await tab.getByRole('button', { name: 'Run' }).click()
    await tab.waitForSelector('.playground-state[data-kind="done"], .playground-state[data-kind="failed"]', {
      timeout: 120_000,
    })
    const outcome = await tab.evaluate(() => ({
      kind: document.querySelector('.playground-state').dataset.kind,
      said: document.querySelector('.playground-state').textContent,
      curve: document.querySelectorAll('.playground-curve svg path.curve').length,
      values: [...document.querySelectorAll('.playground-values dt')].map(({ textContent }) =>
        textContent.trim(),
      ),
      link: location.hash,
    }))
    ran.push({ example, ...views, boxes, scopes, folded, ...outcome })
    if (photograph !== undefined)
      await tab.screenshot({ path: `${photograph}/${example}.png`, fullPage: true })
  }

  // The link opens the same program in another tab.
  const link = await tab.evaluate(() => location.hash)
  const other = await browser.newPage()
  await other.goto(`${origin}/${link}`)
  await other.waitForSelector('.playground-status[data-kind="right"]', { timeout: 60_000 })
  const same =
    (await other.locator('.cm-content').innerText()).slice(0, 60) === (await editor.innerText()).slice(0, 60)

  process.stdout.write(JSON.stringify({ openedIn, latencies, hover, ran, same, requests, complaints }))
} finally {
  await browser.close()
  end()
}
