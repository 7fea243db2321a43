/**
 * Asks numpy for what the papers' formulas of transductive methods and of validators give, scipy for p-values, and the Python Imaging Library for changes of
 * images, and stores it for tests on machines without them: `npm run tests:numpy`. `BENCH_PYTHON` names a Python that has them.
 */
import { imageChangeFixture } from '../test/effects/runtimes/images/image-change-fixture.js'
import { significanceFixture } from '../test/experiments/significance/fixture.js'
import { validatorFixture } from '../test/experiments/validators/fixture.js'
import { transductiveFixture } from '../test/methods/transductive/fixture.js'
import { storeFixture } from './store-fixture.js'

for (const { now, storedPath } of [
  transductiveFixture,
  validatorFixture,
  imageChangeFixture,
  significanceFixture,
])
  await storeFixture(storedPath, await now())
