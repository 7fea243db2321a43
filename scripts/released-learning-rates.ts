/**
 * Asks PyTorch for the learning rates of the released trainers, and stores them for tests on machines without it:
 * `npm run tests:learning-rates`. `BENCH_PYTHON` names a Python that has PyTorch.
 */
import { ratesOfPyTorch, storedRatesPath } from '../test/experiments/adaptation/released-trainers.js'
import { storeFixture } from './store-fixture.js'

await storeFixture(storedRatesPath, await ratesOfPyTorch())
