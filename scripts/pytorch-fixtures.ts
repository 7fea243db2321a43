/**
 * Asks PyTorch for what the papers of trained methods give in two steps, and stores it for tests on machines without it:
 * `npm run tests:pytorch`. `BENCH_PYTHON` names a Python that has PyTorch.
 */
import { stepsFixture } from '../test/methods/steps/fixture.js'
import { storeFixture } from './store-fixture.js'

await storeFixture(stepsFixture.storedPath, await stepsFixture.now())
