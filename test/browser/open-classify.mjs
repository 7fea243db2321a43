// Opens the example `classify.html` in a tab, gives it images, and prints the lines that it shows, every request that it made, and what
// the browser complained about. A script of its own, as `open-tab.mjs` is.
//
// node open-classify.mjs <browser> <<< '{"folders": {"/ort/": "...", "/": "..."}, "images": ["dog.png"]}'
import { text } from 'node:stream/consumers'
import { chromium } from 'playwright-core'
import { serveFolders } from '../support/serve-folders.mjs'

const [executablePath = ''] = process.argv.slice(2)
const { folders, images } = JSON.parse(await text(process.stdin))

const { origin, end } = await serveFolders(folders)
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
try {
  const tab = await browser.newPage()
  const complaints = []
  const requests = []
  tab.on('request', (request) => requests.push(request.url().replace(origin, '')))
  tab.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  tab.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  await tab.goto(`${origin}/classify.html`)
  await tab.waitForSelector('body[data-ready]', { timeout: 60_000 }).catch(() => undefined)
  await tab.getByLabel('Images').setInputFiles(images)
  await tab
    .waitForFunction((count) => document.querySelectorAll('#results li').length === count, images.length, {
      timeout: 60_000,
    })
    .catch((cause) => complaints.push(`error: ${cause.message}`))
  const lines = await tab.locator('#results li').allTextContents()
  process.stdout.write(JSON.stringify({ lines, requests, complaints }))
} finally {
  await browser.close()
  end()
}
