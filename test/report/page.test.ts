import { describe, expect, it } from 'vitest'
import { reportPage } from '../../src/report/page.js'
import { animals, sampleReport } from './sample-report.js'

const report = await sampleReport(animals)
const page = reportPage(report)

const count = (text: string, part: string): number => text.split(part).length - 1

describe('the page of a report', () => {
  it('is one file that loads nothing and runs no script', () => {
    expect(page.startsWith('<!doctype html>\n<html lang="en">')).toBe(true)
    expect(page).not.toMatch(/<script|<link|<iframe|@import|url\(|https?:|\son\w+=/)
    const sources = [...page.matchAll(/src="([^"]{0,16})/g)].map(([, source]) => source)
    expect(sources).toHaveLength(report.gallery.length)
    expect(new Set(sources)).toEqual(new Set(['data:image/jpeg;']))
  })

  it('escapes every name, so that it is shown as it is', () => {
    expect(page).toContain('a &lt;b&gt; &amp; &quot;c&quot;')
    expect(page).not.toContain('<b> &')
  })

  it('closes every element that it opens', () => {
    for (const name of ['section', 'div', 'figure', 'svg', 'g', 'text', 'span', 'dl', 'title', 'p']) {
      expect(count(page, `<${name} `) + count(page, `<${name}>`)).toBe(count(page, `</${name}>`))
    }
  })

  it('shows the accuracy before and after adaptation, and the difference', () => {
    expect(page).toContain('50.0 → </span>80.0 %')
    expect(page).toContain('+30.0 points over zero-shot CLIP')
  })

  it('says under the title what was chosen by looking at labels of a target, where anything was', () => {
    const words = 'its weights were chosen by looking at labels of another target'
    expect(page).toContain(`<p class="subtitle">Expect less elsewhere: ${words}.</p></header>`)
    expect(reportPage({ ...report, chosenOnLabels: undefined })).not.toContain('Expect less elsewhere')
  })

  it('says under the title what must be known before the figures are read', () => {
    const warned = reportPage({ ...report, warnings: ["it names every image 'a <b>'"] })
    expect(warned).toContain(
      '<p class="warning">Warning: it names every image &#39;a &lt;b&gt;&#39;.</p></header>',
    )
    expect(reportPage(report)).not.toContain('Warning:')
  })

  it('reports a lower accuracy as a loss, and an equal one as no change', async () => {
    const worse = reportPage(await sampleReport(animals, { before: report.after, after: report.before }))
    expect(worse).toContain('<span class="loss">−30.0 points over zero-shot CLIP</span>')
    const same = reportPage({ ...report, after: report.before })
    expect(same).toContain('<span class="same">±0.0 points over zero-shot CLIP</span>')
  })

  it('has a chart for each term, accuracies of the classes as a table, two matrices and two maps', () => {
    expect(count(page, '<svg ')).toBe(report.curves.length + 4)
    expect(count(page, '<table class="class-accuracy"')).toBe(1)
    for (const { name } of report.curves) expect(page).toContain(`<h3>${name}</h3>`)
    expect(count(page, ' role="img" aria-label="')).toBe(count(page, '<svg '))
  })

  it('leaves out curves of a method without training, maps of too few images, and an empty gallery', () => {
    const bare = reportPage({ ...report, curves: [], projection: undefined, gallery: [] })
    expect(count(bare, '<svg ')).toBe(2)
    expect(bare).not.toContain('Learning curves')
    expect(bare).not.toContain('two dimensions')
    expect(bare).not.toContain('Images of sketch')
  })

  it('has no legend for the source where the map holds no image of it', () => {
    expect(page).toContain('rings: ')
    const before = report.projection?.before.filter(({ role }) => role === 'target') ?? []
    const targetAlone = reportPage({ ...report, projection: { before, after: before } })
    expect(targetAlone).toContain('discs: ')
    expect(targetAlone).not.toContain('rings: ')
  })

  it('groups images by outcome, with the number of images of each', () => {
    const groups = [...page.matchAll(/<h3 class="group">([^<]+)/g)].map(([, title]) => title)
    expect(groups[0]).toMatch(/^wrong before, right after: \d of \d+$/)
    const totals = groups.map((title) => Number(title?.split(' of ')[1]))
    expect(totals.reduce((sum, total) => sum + total, 0)).toBe(report.after.count)
  })

  it('shows the scores of a run whose target has images of unknown classes, and nothing of them for other runs', () => {
    const scores = { unknownCount: 1200, known: 0.5, unknown: 0.4, harmonicMean: 0.444, auroc: 0.6 }
    const openSet = reportPage({
      ...report,
      before: { ...report.before, openSet: scores },
      after: { ...report.after, openSet: { ...scores, harmonicMean: 0.56, auroc: Number.NaN } },
    })
    expect(openSet).toContain('With 1,200 images of classes that the classifier does not know')
    expect(openSet).toMatch(/harmonic mean of the next two<.*?44\.4 → <\/span>56\.0 %.*?\+11\.6 points/)
    expect(openSet).toMatch(/area under the ROC curve<.*?60\.0 → <\/span>– %.*?no images to compare/)
    expect(page).not.toContain('Unknown classes')
  })

  it('leads to each of its sections from its top', () => {
    const headings = [
      ...page.matchAll(/<section id="([^"]+)" aria-labelledby="\1-title"><h2 id="\1-title">/g),
    ]
    const links = [...page.matchAll(/<a href="#([^"]+)">/g)]
    expect(links.map(([, id]) => id)).toEqual(headings.map(([, id]) => id))
    expect(links.length).toBeGreaterThan(4)
  })

  it('has the figures of each curve and what images of each class were taken for as tables', () => {
    for (const { name } of report.curves) expect(page).toContain(`<table aria-label="${name}">`)
    const [, rows = ''] = page.split('aria-label="confusions by class"')
    expect(rows).toContain(
      'title="dog">dog</bdi></th><td>30</td><td>18</td><td>24</td><td>Alarm Clock (6)</td>',
    )
  })

  it('is the same for the same report', () => {
    expect(reportPage(report)).toBe(page)
  })

  it('stays readable for hundreds of classes: no names where they cannot be read, colours by domain', async () => {
    const many = Array.from({ length: 120 }, (_, i) => `class ${i}`)
    const large = reportPage(await sampleReport(many))
    expect(large).toContain('class-source')
    expect(large).not.toContain('class="share')
    // Rows are drawn as wholes: a cell of its own for each confusion would be too many.
    expect(count(large, '<rect class="right"')).toBe(0)
    expect(large.length).toBeLessThan(2_000_000)
  })
})
