/**
 * Asks PyTorch for the learning rates of the released trainers, and stores them for tests on machines without it:
 * `npm run tests:learning-rates`. `BENCH_PYTHON` names a Python that has PyTorch.
 */
import { writeFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { format } from 'prettier'
import { ratesOfPyTorch, storedRatesPath } from '../test/experiments/adaptation/released-trainers.js'

const rates = await ratesOfPyTorch()
if (E.isLeft(rates)) {
  process.stderr.write(`${rates.left}\n`)
  process.exitCode = 1
} else {
  const text = await format(JSON.stringify(rates.right), { parser: 'json', printWidth: 110 })
  writeFileSync(storedRatesPath, text)
}
