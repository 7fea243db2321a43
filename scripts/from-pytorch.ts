/**
 * Writes `docs/from-pytorch.md` from its rows: `npm run docs:from-pytorch`. With `--numbers` it also asks PyTorch for the
 * numbers of all rows, and stores them for tests on machines without it; `BENCH_PYTHON` names a Python that has PyTorch.
 */
import { writeFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { pageOf, pagePath } from '../test/documentation/from-pytorch/page.js'
import { askAbout, storedPath, storedText } from '../test/documentation/from-pytorch/compare-rows.js'
import { sections } from '../test/documentation/from-pytorch/sections.js'

const complain = (message: string): void => {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}

writeFileSync(pagePath, await pageOf(sections))
if (process.argv.includes('--numbers')) {
  const answers = await askAbout('pytorch', sections)
  if (E.isLeft(answers)) complain(answers.left)
  else {
    const text = await storedText(answers.right, sections)
    if (E.isLeft(text)) complain(text.left)
    else writeFileSync(storedPath, text.right)
  }
}
