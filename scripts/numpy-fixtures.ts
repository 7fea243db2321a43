/**
 * Asks numpy for what the papers' formulas of transductive methods and of validators give, and stores it for tests on machines
 * without it: `npm run tests:numpy`. `BENCH_PYTHON` names a Python that has numpy.
 */
import { writeFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { format } from 'prettier'
import { validatorFixture } from '../test/experiments/validators/fixture.js'
import { transductiveFixture } from '../test/methods/transductive/fixture.js'

for (const { now, storedPath } of [transductiveFixture, validatorFixture]) {
  const fixture = await now()
  if (E.isLeft(fixture)) {
    process.stderr.write(`${fixture.left}\n`)
    process.exitCode = 1
  } else {
    const text = await format(JSON.stringify(fixture.right), { parser: 'json', printWidth: 110 })
    writeFileSync(storedPath, text)
  }
}
