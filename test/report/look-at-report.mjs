// Opens the page of a report at several widths and on paper, and prints what can be measured of how it looks: what is too wide, what lies
// on top of something else, which names do not begin where they are shown, whether names stay when a matrix is scrolled, what the
// keyboard reaches, what axe finds. A script of its own: the browser's driver declares its types with those of browsers.
//
// node look-at-report.mjs <page.html> <browser> <folder for pictures>
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const [page = '', executablePath = '', folder = ''] = process.argv.slice(2)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const screens = [
  { name: 'wide', viewport: { width: 1680, height: 1000 } },
  { name: 'tablet', viewport: { width: 1000, height: 800 } },
  { name: 'laptop', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
]

/** Runs in the page. */
const measure = () => {
  const boxOf = (element) => element.getBoundingClientRect()
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((each) => boxOf(each).width > 0)
  const textOf = (element) => element.textContent.slice(0, 40)
  // Neighbours in a list or in a row of a table, each with the next one.
  const overlapping = [
    '.rows > li',
    '.columns > li',
    'tbody > tr',
    'tr > *',
    '.gallery > figure',
    'main > section',
  ].flatMap((selector) =>
    shown(selector).flatMap((element) => {
      const next = element.nextElementSibling
      if (next === null || boxOf(next).width === 0) return []
      const [a, b] = [boxOf(element), boxOf(next)]
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      return across > 1 && down > 1 ? [`${selector}: ${textOf(element)} | ${textOf(next)}`] : []
    }),
  )
  // A name that is too long loses its end, never its beginning: its first letter lies in its box.
  const beheaded = shown('.name').flatMap((name) => {
    const text = name.firstChild
    if (text === null) return []
    const letter = document.createRange()
    letter.setStart(text, 0)
    letter.setEnd(text, String.fromCodePoint(text.data.codePointAt(0)).length)
    const [a, b] = [letter.getBoundingClientRect(), boxOf(name)]
    const inside =
      a.left > b.left - 2 && a.right < b.right + 2 && a.top > b.top - 3 && a.bottom < b.bottom + 3
    return inside ? [] : [textOf(name)]
  })
  const unmarked = shown('.name')
    .filter((name) => name.scrollWidth > name.clientWidth + 1 && name.closest('table') === null)
    .filter((name) => getComputedStyle(name).textOverflow !== 'ellipsis')
    .map(textOf)
  const untitled = shown('.name')
    .filter((name) => name.title === '')
    .map(textOf)
  // Headings of a table whose texts touch.
  const textBox = (element) => {
    const text = document.createRange()
    text.selectNodeContents(element)
    return text.getBoundingClientRect()
  }
  const crowded = shown('thead th').flatMap((heading) => {
    const next = heading.nextElementSibling
    return next !== null && textBox(heading).right > textBox(next).left - 3
      ? [`${textOf(heading)} | ${textOf(next)}`]
      : []
  })
  // Figures that are wider than their block.
  const tooWide = shown('.figure')
    .filter((figure) => figure.scrollWidth > figure.clientWidth)
    .map(textOf)
  // Rows of blocks that do not reach the right edge.
  const holes = shown('.grid-of:not(.gallery, .charts)')
    .filter((grid) => boxOf(grid.lastElementChild).right < boxOf(grid).right - 1)
    .map(textOf)
  return {
    width: document.documentElement.scrollWidth,
    crowded,
    tooWide,
    holes,
    // Matrices whose first columns are all that is seen.
    cutMatrices: shown('.matrix').filter((box) => box.scrollWidth > box.clientWidth + 1).length,
    overlapping,
    beheaded,
    unmarked,
    untitled,
    tooSmallToTouch: shown('summary, label, nav a')
      .filter((each) => boxOf(each).height < 24)
      .map(textOf),
    tallestImage: Math.max(0, ...shown('.gallery img').map((image) => boxOf(image).height)),
  }
}

/** Runs in the page: scrolls the last matrix, and says where its names are then. */
const scroll = () => {
  const matrix = [...document.querySelectorAll('.matrix')].at(-1)
  const [rows, columns] = [matrix.querySelector('.rows'), matrix.querySelector('.columns')]
  matrix.scrollTo(matrix.scrollWidth, matrix.scrollHeight)
  // Where all of it fits, it begins further in than the box.
  const [box, sheet] = [matrix, matrix.firstElementChild].map((each) => each.getBoundingClientRect())
  const edges = { left: Math.max(box.left, sheet.left), top: Math.max(box.top, sheet.top) }
  const drawing = [...matrix.querySelectorAll('svg')].find((svg) => svg.getBoundingClientRect().width > 0)
  const { top, height } = drawing.getBoundingClientRect()
  const names = [...rows.children].map((row) => row.getBoundingClientRect().top)
  return {
    scrolled: [matrix.scrollLeft, matrix.scrollTop],
    // Pixels between an edge of the box and the names that stay there.
    rowsOff: Math.abs(rows.getBoundingClientRect().left - edges.left),
    columnsOff: Math.abs(columns.getBoundingClientRect().top - edges.top),
    // Pixels between a row of the drawing and its name.
    namesOff: Math.max(...names.map((at, i) => Math.abs(at - top - (i * height) / names.length))),
  }
}

/** What the key Tab reaches, one after the other. */
const reached = async (tab) => {
  const all = []
  for (let step = 0; step < 60; step += 1) {
    await tab.keyboard.press('Tab')
    const found = await tab.evaluate(() => {
      const { tagName, className } = document.activeElement
      return tagName === 'BODY' ? undefined : `${tagName.toLowerCase()} ${className}`.trim()
    })
    if (found === undefined) break
    all.push(found)
  }
  return all
}

/** Chooses the other matrix and scrolls it, by keys alone. */
const byKeys = async (tab) => {
  if ((await tab.locator('.either').count()) === 0) return undefined
  await tab.locator('#show-after').focus()
  await tab.keyboard.press('ArrowLeft')
  const visible = await tab
    .locator('.cells > svg')
    .evaluateAll((drawings) =>
      drawings.filter((svg) => svg.getBoundingClientRect().width > 0).map((svg) => svg.getAttribute('class')),
    )
  await tab.keyboard.press('ArrowRight')
  const matrix = tab.locator('.either .matrix')
  await matrix.evaluate((box) => box.scrollTo(0, 0))
  await matrix.focus()
  for (let i = 0; i < 3; i += 1) await tab.keyboard.press('ArrowDown')
  await tab.waitForTimeout(400)
  return { visible, scrolled: await matrix.evaluate((box) => box.scrollTop) }
}

const findingsOf = async (tab) => {
  await tab.evaluate(axe)
  return tab.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] })
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)}`)
  })
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
try {
  const looks = []
  for (const { name, ...screen } of screens) {
    const context = await browser.newContext(screen)
    const tab = await context.newPage()
    await tab.goto(pathToFileURL(page).href)
    // Named as the browser measures it, from the address to the first drawing.
    const milliseconds = await tab.evaluate(() => performance.getEntriesByType('navigation')[0].domComplete)
    await tab.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
    looks.push({
      name,
      screen: screen.viewport.width,
      milliseconds,
      ...(await tab.evaluate(measure)),
      ...(await tab.evaluate(scroll)),
      reached: name === 'phone' ? [] : await reached(tab),
      keys: await byKeys(tab),
      findings: await findingsOf(tab),
    })
    await context.close()
  }
  const paper = await browser.newPage({ colorScheme: 'dark' })
  await paper.goto(pathToFileURL(page).href)
  const pdf = await paper.pdf({ path: join(folder, 'paper.pdf'), format: 'A4' })
  await paper.setViewportSize({ width: 690, height: 1000 })
  await paper.emulateMedia({ media: 'print', colorScheme: 'dark' })
  const print = await paper.evaluate(() => ({
    background: getComputedStyle(document.querySelector('.card')).backgroundColor,
    cut: [...document.querySelectorAll('.matrix')]
      .filter((box) => box.getBoundingClientRect().width > 0)
      .filter((box) => box.scrollWidth > box.clientWidth + 1).length,
    width: document.documentElement.scrollWidth,
  }))
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0
  process.stdout.write(JSON.stringify({ looks, print: { ...print, pages } }))
} finally {
  await browser.close()
}
