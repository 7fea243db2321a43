/**
 * Gives a reader many inputs that are nearly good: `npm run fuzz -- <reader> --cases n --seed s`; without a reader, all of
 * them. Prints the cases, the failures by kind, and the slowest case. What a reader may not do is printed with the case that
 * shows it, and makes the exit code 1: to throw, to take more than two seconds, to write, to give a part of a result, or to say
 * `undefined`. `--case i` runs a single case again.
 */
import { parseArgs } from 'node:util'
import { findingOf, slowestAllowed } from './fuzz/finding.js'
import { seedOfCase } from './fuzz/random.js'
import type { ReaderName } from './fuzz/readers.js'
import { readers } from './fuzz/readers.js'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
  },
})

const isReader = (name: string): name is ReaderName => Object.hasOwn(readers, name)
const chosen = positionals.length === 0 ? Object.keys(readers) : positionals
const unknown = chosen.filter((name) => !isReader(name))
if (unknown.length > 0) {
  console.error(`no reader ${unknown.join(', ')}; there are ${Object.keys(readers).join(', ')}`)
  process.exit(2)
}

const seed = Number(options.seed)
const first = options.case === undefined ? 0 : Number(options.case)
const end = options.case === undefined ? Number(options.cases) : first + 1
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`

for (const name of chosen.filter(isReader)) {
  const run = await readers[name]()
  const kinds = new Map<string, number>()
  const findings: string[] = []
  const slowest = { index: -1, milliseconds: 0 }
  let memory = 0
  const begun = performance.now()
  for (let index = first; index < end; index += 1) {
    const started = performance.now()
    const { kind, finding } = await findingOf(run, seedOfCase(seed, index))
    const milliseconds = performance.now() - started
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    if (milliseconds > slowest.milliseconds) Object.assign(slowest, { index, milliseconds })
    if (index % 1000 === 0) memory = Math.max(memory, process.memoryUsage.rss())
    const slow = milliseconds > slowestAllowed ? `it took ${(milliseconds / 1000).toFixed(1)} s` : undefined
    const problem = finding ?? slow
    if (problem !== undefined) findings.push(`case ${index}: ${problem}`)
  }
  const counts = [...kinds].toSorted(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`)
  console.log(
    `${name}: ${end - first} cases of seed ${seed} in ${((performance.now() - begun) / 1000).toFixed(0)} s; ` +
      `${counts.join(', ')}; slowest ${slowest.milliseconds.toFixed(0)} ms (case ${slowest.index}); ` +
      `memory at most ${mebibytes(memory)}; ${findings.length} findings`,
  )
  for (const finding of findings.slice(0, 20)) console.log(`  ${finding}`)
  if (findings.length > 0) process.exitCode = 1
}
