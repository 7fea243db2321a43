// Walks through the built site in a browser, as a reader would, and prints what is wrong: dead links, messages in the
// console, requests that fail or go to other hosts, findings of axe (but for pages whose paths match `withoutAxe`). With `photographs`, it takes pictures of pages in light,
// in dark, and on a phone. A script of its own: the browser's driver declares its types with those of browsers, which this
// project does without.
//
// node look-at-site.mjs <browser> '{"folder": "site/dist", "start": ["/"], "photographs": {"folder": "build/site-pictures", "pages": ["/"]}}'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { serveFolders } from '../support/serve-folders.mjs'

const [executablePath = '', text = '{}'] = process.argv.slice(2)
const { folder, start, withoutAxe, photographs } = JSON.parse(text)
const skipped = withoutAxe === undefined ? undefined : new RegExp(withoutAxe)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const { origin, end } = await serveFolders({ '/': folder })
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
const complaints = []
const requests = new Set()
const watched = async (context) => {
  const tab = await context.newPage()
  const at = () => tab.url().replace(origin, '')
  tab.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(`${at()} ${message.type()}: ${message.text()}`)
  })
  tab.on('pageerror', (error) => complaints.push(`${at()} error: ${error.message}`))
  tab.on('response', (response) => {
    if (response.status() >= 400)
      complaints.push(`${at()} ${response.status()}: ${response.url().replace(origin, '')}`)
  })
  tab.context().on('request', (request) => requests.add(request.url()))
  return tab
}

/** Waits until what a page loads late is there. */
const settled = async (tab) => {
  await tab.waitForLoadState('load')
  // What Vue says of a page, it says when it takes the page over.
  await tab.waitForFunction(() => document.querySelector('#app')?.__vue_app__ !== undefined)
  if ((await tab.locator('.playground-host, .live').count()) > 0) {
    await tab.waitForSelector('.playground-views pre:not(:empty), .playground-status[data-kind="wrong"]', {
      timeout: 120_000,
    })
  }
}

/** What axe finds that is serious or critical, as `rule: element`. */
const findings = async (tab) => {
  await tab.evaluate(axe)
  return tab.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes
          .slice(0, 3)
          .map(
            ({ target, failureSummary }) =>
              `${id}: ${target.join(' ')} (${failureSummary.split('\n').at(-1).trim()})`,
          ),
      )
  })
}

try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const tab = await watched(context)
  const visited = new Map()
  const waiting = [...start]
  const links = []
  const axeFindings = {}
  while (waiting.length > 0) {
    const path = waiting.shift()
    if (visited.has(path)) continue
    const response = await tab.goto(`${origin}${path}`)
    if ((response?.status() ?? 0) >= 400) {
      visited.set(path, new Set())
      continue
    }
    await settled(tab)
    const page = await tab.evaluate(() => ({
      anchors: [...document.querySelectorAll('[id], a[name]')].map((one) => one.id || one.name),
      links: [...document.querySelectorAll('a[href]')].map((one) => one.href),
      width: document.documentElement.scrollWidth,
    }))
    visited.set(path, new Set(page.anchors))
    const found = skipped?.test(path) === true ? [] : await findings(tab)
    if (found.length > 0) axeFindings[path] = found
    for (const link of page.links) {
      if (!link.startsWith(origin)) continue
      const { pathname, hash } = new URL(link)
      links.push({ from: path, to: pathname, anchor: decodeURIComponent(hash.slice(1)) })
      if (!visited.has(pathname) && !waiting.includes(pathname) && !/\.(txt|json|svg|png)$/.test(pathname))
        waiting.push(pathname)
    }
  }
  const dead = links
    .filter(({ to, anchor }) => {
      const anchors = visited.get(to)
      if (anchors === undefined) return false
      return anchors.size === 0 || (anchor !== '' && !/^(code|example)=/.test(anchor) && !anchors.has(anchor))
    })
    .map(({ from, to, anchor }) => `${from} → ${to}${anchor === '' ? '' : `#${anchor}`}`)

  const pictures = []
  for (const [name, options] of Object.entries({
    light: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
    dark: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
    phone: {
      colorScheme: 'light',
      viewport: { width: 390, height: 844 },
      isMobile: true,
      deviceScaleFactor: 2,
    },
  })) {
    if (photographs === undefined) break
    const screen = await browser.newContext(options)
    const other = await watched(screen)
    for (const path of photographs.pages) {
      await other.goto(`${origin}${path}`)
      await settled(other)
      const file = join(
        photographs.folder,
        `${path.replaceAll(/\W+/g, '-').replace(/^-|-(html)?$/g, '') || 'home'}-${name}.png`,
      )
      await other.screenshot({ path: file })
      const wide = await other.evaluate(() => document.documentElement.scrollWidth)
      pictures.push({
        path,
        name,
        file,
        tooWide: wide > options.viewport.width,
        findings: await findings(other),
      })
    }
    await screen.close()
  }
  process.stdout.write(
    JSON.stringify({
      pages: [...visited.keys()],
      dead: [...new Set(dead)],
      complaints,
      otherHosts: [...requests].filter((url) => !url.startsWith(origin) && !/^(data|blob):/.test(url)),
      findings: axeFindings,
      pictures,
    }),
  )
} finally {
  await browser.close()
  end()
}
