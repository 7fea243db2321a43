import { describe, expect, it } from 'vitest'
import { lossLaws, tryLaws, explainViolation } from '../src/laws/index.js'
const only = process.env['ONLY'] ?? ''
describe('l', () => {
  it.each(lossLaws.filter(({ name }) => only.split(',').some((o) => name.startsWith(o))))('$name', (d) => {
    const bad = tryLaws(d, { runs: Number(process.env['RUNS'] ?? 200), seed: Number(process.env['SEED'] ?? 1) }).flatMap((o) => (o.tag === 'LawViolation' ? [explainViolation(o)] : o.tag === 'LawNotTried' ? [`${o.law.name} not tried ${o.because}`] : o.vacuous > o.cases / 2 ? [`${o.law.name} vacuous ${o.vacuous}`] : []))
    expect(bad.join('\n\n')).toBe('')
  }, 600000)
})
