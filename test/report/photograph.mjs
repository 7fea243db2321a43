// Photographs a page in a real browser, at the widths of a desk and of a phone, in light and in dark, and prints what
// the browser complained about and whether anything is wider than the screen. A script of its own: the browser's
// driver declares its types with those of browsers, which this project does without.
//
// node photograph.mjs <page.html> <folder> <browser>
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const [page = '', folder = '', executablePath = ''] = process.argv.slice(2)
const screens = [
  { name: 'desktop', viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 },
  { name: 'phone', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true },
]

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
const photographs = []
for (const { name, ...screen } of screens) {
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ ...screen, colorScheme })
    const tab = await context.newPage()
    const complaints = []
    const requests = []
    tab.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
    tab.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
    tab.on('requestfailed', (request) => complaints.push(`failed: ${request.url().slice(0, 80)}`))
    tab.on('request', (request) => {
      if (!request.url().startsWith('data:')) requests.push(request.url())
    })
    await tab.goto(pathToFileURL(page).href)
    const facts = await tab.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      height: document.documentElement.scrollHeight,
      background: getComputedStyle(document.body).backgroundColor,
      charts: document.querySelectorAll('svg').length,
      brokenImages: [...document.images].filter((image) => image.naturalWidth === 0).length,
      smallestText: Math.min(
        ...[...document.querySelectorAll('svg text')].map((text) => {
          const drawing = text.closest('svg')
          const scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width
          return Number.parseFloat(getComputedStyle(text).fontSize) * scale
        }),
      ),
    }))
    const path = join(folder, `${name}-${colorScheme}.png`)
    await tab.screenshot({ path, fullPage: true })
    photographs.push({
      name,
      colorScheme,
      path,
      screen: screen.viewport.width,
      requests,
      complaints,
      ...facts,
    })
    await context.close()
  }
}
await browser.close()
process.stdout.write(JSON.stringify(photographs))
