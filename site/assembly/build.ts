/** Assembles the site's pages in `site/build/pages`; VitePress then makes the site of them: `npm run site`. */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sections } from '../contents.js'
import { writeAdapt } from './adapt.js'
import { exampleIndex, examplePages, shownExamples } from './example-pages.js'
import { llmsText } from './llms.js'
import { mistakesPage } from './mistakes-page.js'
import { assembled } from './pages.js'
import type { Assembled } from './pages.js'
import { primitivesPage } from './primitives-page.js'
import { writePlayground } from './playground.js'
import { writeReference } from './reference.js'

/** This repository, from a script that was bundled to `build/site`. */
const repository = fileURLToPath(new URL('../../', import.meta.url))
const pages = join(repository, 'site/build/pages')

const written = ({ path, text }: Assembled): void => {
  const file = join(pages, `${path}.md`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

rmSync(join(repository, 'site/build'), { recursive: true, force: true })
mkdirSync(join(pages, 'public'), { recursive: true })
for (const picture of ['docs/report.png', 'bench/scaling.svg']) {
  copyFileSync(join(repository, picture), join(pages, 'public', picture.split('/').at(-1) ?? ''))
}
for (const { pages: listed } of sections) {
  for (const page of listed) if (page.from !== undefined) written(assembled(repository, page))
}
const examples = shownExamples(repository)
examplePages(examples).forEach(written)
written({ path: 'examples/index', text: exampleIndex(examples) })
written({ path: 'errors-all', text: mistakesPage(repository) })
written({ path: 'primitives', text: primitivesPage(repository) })
writeFileSync(join(pages, 'public/llms.txt'), llmsText(sections))
await writePlayground(repository, join(pages, 'public/playground'))
await writeAdapt(repository, join(pages, 'public/adapt-files'))
await writeReference(repository, pages, join(repository, 'site/build'))
