import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { expect, test } from 'vitest'
import { contained } from '../../src/engines/contained.js'
import { oneAtATime } from '../../src/engines/one-at-a-time.js'

const throwing = (): never => {
  throw new RangeError('Invalid typed array length: 1e30')
}

test('a task that throws does not keep the next one from its turn', async () => {
  const inTurn = oneAtATime()
  await expect(inTurn(throwing)()).rejects.toThrow('Invalid typed array length')
  expect(await inTurn(TE.right('ran'))()).toEqual(E.right('ran'))
})

test('a task waits until the one before it has ended, also if that one fails', async () => {
  const inTurn = oneAtATime()
  const ended: string[] = []
  const slow = inTurn(async () => {
    await new Promise((resolve) => setTimeout(resolve, 10))
    ended.push('slow')
    return throwing()
  })()
  const quick = inTurn(TE.fromIO(() => ended.push('quick')))()
  await expect(slow).rejects.toThrow(RangeError)
  await quick
  expect(ended).toEqual(['slow', 'quick'])
})

test('an array that cannot be allocated is a failure with advice', async () => {
  expect(await contained('onnx', 'run', throwing)()).toEqual(
    E.left({
      tag: 'EngineFailed',
      engine: 'onnx',
      stage: 'run',
      reason: 'Invalid typed array length: 1e30',
      advice: 'there is not enough memory, or an array would be too large: give smaller sizes',
    }),
  )
})
