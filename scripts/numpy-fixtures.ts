/**
 * Asks numpy for what the papers' formulas of transductive methods and of validators give, and stores it for tests on machines
 * without it: `npm run tests:numpy`. `BENCH_PYTHON` names a Python that has numpy.
 */
import { validatorFixture } from '../test/experiments/validators/fixture.js'
import { transductiveFixture } from '../test/methods/transductive/fixture.js'
import { storeFixture } from './store-fixture.js'

for (const { now, storedPath } of [transductiveFixture, validatorFixture])
  await storeFixture(storedPath, await now())
