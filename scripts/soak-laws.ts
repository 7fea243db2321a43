/**
 * Tries every law of the losses (or of the layers) on many cases, to see that no law rejects a correct function:
 * `npm run laws:soak -- --cases 100000 --seed 1 --only crossEntropy --layers`. `--cases` are those of one function, over all its laws.
 */
import { parseArgs } from 'node:util'
import { checkLaw, explainViolation, layerLaws, lossLaws } from '../src/laws/index.js'

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    layers: { type: 'boolean', default: false },
  },
})

const declarations = (options.layers ? layerLaws : lossLaws).filter(({ name }) => name.includes(options.only))

for (const declaration of declarations) {
  const laws = declaration.laws.filter(({ family }) => family !== 'engine')
  const runs = Math.ceil(Number(options.cases) / laws.length)
  const begun = performance.now()
  const outcomes = laws.map((law) => checkLaw(declaration, law, { runs, seed: Number(options.seed) }))
  const violations = outcomes.flatMap((outcome) => (outcome.tag === 'LawViolation' ? [outcome] : []))
  const cases = outcomes.reduce(
    (total, outcome) => total + (outcome.tag === 'LawNotTried' ? 0 : outcome.cases),
    0,
  )
  const vacuous = outcomes.reduce(
    (total, outcome) => total + (outcome.tag === 'LawHeld' ? outcome.vacuous : 0),
    0,
  )
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  console.log(
    `${declaration.name.padEnd(34)} ${laws.length} laws  ${cases} cases (${vacuous} vacuous)  ${violations.length} violations  ${seconds} s`,
  )
  for (const violation of violations) console.log(`\n${explainViolation(violation)}\n`)
  if (violations.length > 0) process.exitCode = 1
}
