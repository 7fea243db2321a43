import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { run } from '../../examples/two-moons.js'
import { run as runEffect } from '../../examples/two-moons-effect.js'
import { expectRight } from '../expect-either.js'
import { expectStated } from './stated-figures.js'

/** Lines that are not blank, and neither comments nor imports. */
const linesOf = (name: string): number =>
  readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(\/\*\*|import) /.test(line)).length

describe('examples/two-moons.ts', () => {
  it('tells the moons apart on examples that it was not trained on', async () => {
    const { metrics, evaluations, weights } = await run
    expect(metrics).toHaveLength(600)
    expect(evaluations['test/accuracy']).toBeGreaterThan(0.97)
    expectStated('two-moons.ts', evaluations, 0.02)
    expectStated('two-moons-effect.ts', evaluations, 0.02)
    expect(weights['hidden.weight']?.shape).toEqual([32, 2])
  })

  it('has at most 20 lines without its imports', () =>
    expect(linesOf('two-moons.ts')).toBeLessThanOrEqual(20))
})

describe('examples/two-moons-effect.ts', () => {
  it('ends with the same accuracy as the promise', async () => {
    const { evaluations } = await run
    expect(expectRight(await runEffect())).toBe(evaluations['test/accuracy'])
  })

  it('has at most 25 lines without its imports', () =>
    expect(linesOf('two-moons-effect.ts')).toBeLessThanOrEqual(25))
})
