import { expect, test } from 'vitest'
import { add, input, mul, neg, parameter, program } from '../../src/dsl/index.js'
import { toText } from '../../src/dsl/documents/print-text.js'
import { expectRight } from '../expect-either.js'

test('what a program lists and prints does not depend on what was made before it', () => {
  const [x, y] = [input('x', ['N']), input('y', ['N'])]
  const [first, second] = [parameter('walk.first', ['N']), parameter('walk.second', ['N'])]
  const before = expectRight(program({ x, y }, { product: mul(neg(y), second) }))
  const after = expectRight(program({ x, y }, { sum: add(mul(x, first), mul(neg(y), second)) }))
  expect(before.parameters).toHaveLength(1)
  expect(after.inputs.map(({ attributes }) => attributes.name)).toEqual(['x', 'y'])
  expect(after.parameters.map(({ attributes }) => attributes.name)).toEqual(['walk.first', 'walk.second'])
  expect(toText(after)).toContain(
    ['  %0 = mul x walk.first : [N]', '  %1 = neg y : [N]', '  %2 = mul %1 walk.second : [N]'].join('\n'),
  )
})
