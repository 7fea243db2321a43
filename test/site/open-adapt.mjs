// Opens the page that adapts in a tab, does what a person does there, and prints what they see. A script of its own: the
// browser's driver declares its types with those of browsers, which this project does without.
//
// node open-adapt.mjs <browser> <<< '{"folder": "build/adapt", "labelled": "...", "unlabelled": "...", "axe": "..."}'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { chromium } from 'playwright-core'
import { serveFolders } from '../support/serve-folders.mjs'

const [executablePath = ''] = process.argv.slice(2)
const { folder, labelled, unlabelled, axe } = JSON.parse(await text(process.stdin))

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Adapt</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/adapt.css"><main><h1>Adapt in this tab</h1><div id="place"></div></main>
<script type="module">
  import { mountAdapt } from '/adapt.js'
  mountAdapt(document.querySelector('#place'), { assets: '/' })
</script></html>`

const { origin, end } = await serveFolders({ '/': folder }, { '/': page })
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
const patience = { timeout: 400_000 }
try {
  const tab = await browser.newPage({ viewport: { width: 390, height: 844 } })
  const complaints = []
  const requests = []
  tab.context().on('request', (request) => requests.push(request.url().replace(origin, '')))
  tab.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  tab.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  await tab.goto(`${origin}/`)

  const state = tab.locator('.adapt-state')
  const until = (kind) => tab.waitForSelector(`.adapt-state[data-kind="${kind}"]`, patience)

  // Folders of one's own, by the keyboard and the two inputs.
  await tab.getByLabel('two folders of mine').press('Space')
  const adapt = tab.getByRole('button', { name: 'Adapt', exact: true })
  await adapt.press('Enter')
  const refused = await state.textContent()
  await tab.getByLabel('Labelled images').setInputFiles(labelled)
  await tab.getByLabel('Images to adapt to').setInputFiles(unlabelled)
  const counts = await tab.locator('.adapt-folder [role=status]').allTextContents()
  await tab.getByLabel('Epochs').fill('3')

  // Stopped once it trains, then gone on with.
  await tab.evaluate(() => {
    globalThis.said = []
    const place = document.querySelector('.adapt-state')
    const [, stop] = document.querySelectorAll('.adapt-bar button')
    let asked = false
    new MutationObserver(() => {
      globalThis.said.push(place.textContent)
      if (asked || !place.textContent.startsWith('labelled → unlabelled')) return
      asked = true
      stop.click()
    }).observe(place, { childList: true, characterData: true, subtree: true })
    globalThis.ticks = 0
    setInterval(() => {
      globalThis.ticks += 1
    }, 20)
    globalThis.begun = performance.now()
  })
  await adapt.press('Enter')
  await until('stopped')
  const stopped = await state.textContent()
  await tab.getByRole('button', { name: 'Go on' }).press('Enter')
  await until('done')
  const done = await state.textContent()
  const { ticks, milliseconds, said } = await tab.evaluate(() => ({
    ticks: globalThis.ticks,
    milliseconds: performance.now() - globalThis.begun,
    said: globalThis.said,
  }))

  const saved = async (name) => {
    const [download] = await Promise.all([
      tab.waitForEvent('download'),
      tab.getByRole('link', { name: `Save ${name}` }).press('Enter'),
    ])
    return {
      name: download.suggestedFilename(),
      bytes: (await readFile(await download.path())).toString('base64'),
    }
  }
  const files = [await saved('classifier.onnx'), await saved('report.html')]
  const report = tab.frameLocator('iframe')
  const images = await report.locator('.gallery img').count()
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  await tab.addScriptTag({ content: await readFile(axe, 'utf8') })
  const violations = await tab.evaluate(async () =>
    (await globalThis.axe.run(document, { resultTypes: ['violations'] })).violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
  )
  process.stdout.write(
    JSON.stringify({
      refused,
      counts,
      stopped,
      done,
      said,
      ticks,
      milliseconds,
      files,
      images,
      wide,
      violations,
      requests,
      complaints,
    }),
  )
} finally {
  await browser.close()
  end()
}
