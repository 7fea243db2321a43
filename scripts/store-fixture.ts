/** Keeps reference numbers in a file of the tests, or says why there are none. */
import { writeFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { format } from 'prettier'

export const storeFixture = async (path: string, numbers: E.Either<string, unknown>): Promise<void> => {
  if (E.isLeft(numbers)) {
    process.stderr.write(`${numbers.left}\n`)
    process.exitCode = 1
  } else {
    writeFileSync(path, await format(JSON.stringify(numbers.right), { parser: 'json', printWidth: 110 }))
  }
}
