/**
 * Asks numpy for what the papers' formulas of the transductive methods give, and stores it for tests on machines without it:
 * `npm run tests:transductive`. `BENCH_PYTHON` names a Python that has numpy.
 */
import { writeFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { fixtureOfNumpy, storedPath } from '../test/methods/transductive/fixture.js'

const fixture = await fixtureOfNumpy()
if (E.isLeft(fixture)) {
  process.stderr.write(`${fixture.left}\n`)
  process.exitCode = 1
} else {
  writeFileSync(storedPath, `${JSON.stringify(fixture.right)}\n`)
}
