/**
 * Prints which law catches each planted fault, and after how many cases:
 * `npm run laws:mutations -- --runs 300 --seed 1 --markdown`. Exits with 1 if one is not caught.
 */
import { parseArgs } from 'node:util'
import { allFaults } from '../property-tests/mutations/all-faults.js'
import { tableAsMarkdown, tableAsText, tryToCatch } from '../property-tests/mutations/mutation-table.js'

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    markdown: { type: 'boolean', default: false },
  },
})

const caught = allFaults.map((fault) => tryToCatch(fault, Number(options.runs), Number(options.seed)))
const missed = caught.filter(({ violation }) => violation === undefined)
console.log(options.markdown ? tableAsMarkdown(caught) : tableAsText(caught))
console.log(`\n${caught.length} faults, ${caught.length - missed.length} caught`)
if (missed.length > 0) process.exitCode = 1
