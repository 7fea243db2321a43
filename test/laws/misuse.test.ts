import { describe, expect, it } from 'vitest'
import type { Tensor, TensorValue } from '../../src/dsl/index.js'
import { mean, square, sub, sum } from '../../src/dsl/index.js'
import type { Law } from '../../src/laws/index.js'
import {
  checkLaws,
  declareLaws,
  explainViolation,
  knownValue,
  reals,
  shiftInvariant,
  symmetric,
  unchanged,
  zeroAtOptimum,
} from '../../src/laws/index.js'
import { realTensor } from '../../src/laws/tensor-values.js'
import { expectLeft } from '../expect-either.js'

const distance = (x: Tensor<['N', 'D']>, y: Tensor<['M', 'D']>): Tensor<[]> =>
  sum(square(sub(mean(x, 0), mean(y, 0))), 0)

const declaredWith = (law: Law<'x' | 'y' | 'N' | 'M' | 'D'>) =>
  declareLaws(distance, {
    name: 'distance',
    takes: [reals('x', ['N', 'D']), reals('y', ['M', 'D'])],
    laws: [law],
    sizes: { N: [2, 3], M: [4, 5], D: [2, 3] },
  })

const firstRow = (value: TensorValue | undefined): TensorValue | undefined =>
  value && realTensor([value.shape[1] ?? 0], (flat) => value.data[flat] ?? 0)

describe('a law is reported as stated wrongly, not as broken,', () => {
  it.each<readonly [string, Law<'x' | 'y' | 'N' | 'M' | 'D'>, RegExp]>([
    [
      'where its value has other axes than the argument',
      zeroAtOptimum('where y is the first row of x', ['y'], ({ values }) => ({ y: firstRow(values['x']) })),
      /it gives 'y' \[\d\], but it is declared \[M,D\], here \[\d,\d\]/,
    ],
    [
      'where its value changes the size of a symbol of another argument',
      zeroAtOptimum('where y is 0', ['y'], () => ({ y: realTensor([2, 7], () => 0) })),
      /it gives 'x' \[\d,\d\], but it is declared \[N,D\], here \[\d,7\]/,
    ],
    [
      'where its value is of another element type',
      knownValue({
        words: '0 at whole numbers',
        of: ['y'],
        values: ({ values: { y } }) => ({
          y: y && { ...y, dtype: 'i32', data: new Int32Array(y.data.length) },
        }),
        is: () => 0,
      }),
      /it gives 'y' i32 \[\d,\d\], but it is declared \[M,D\]/,
    ],
    [
      'where it gives a value for a name that is no argument',
      zeroAtOptimum('where y is x', ['y'], ({ values }) => ({ z: values['x'] })),
      /it gives a value for 'z', which is no argument; there are 'x', 'y'/,
    ],
    [
      'where it reads a name that is no argument',
      zeroAtOptimum('where y is x', ['y'], ({ values }) => ({ y: values['prediction'] })),
      /the value that it gives for 'y' is undefined: check the names that it reads/,
    ],
    [
      'where it changes a symbol as if it were an argument',
      shiftInvariant('D'),
      /it is about 'D', but changes no argument/,
    ],
    [
      'where one of two arguments that it exchanges is a symbol',
      symmetric('x', 'N'),
      /it is about 'x', 'N', but changes no argument/,
    ],
    [
      'where its change changes nothing',
      unchanged({ words: 'without a change', of: ['x'], values: () => ({}) }),
      /it is about 'x', but changes no argument/,
    ],
  ])('%s', (_, law, sentence) => {
    const violation = expectLeft(checkLaws(declaredWith(law)))
    expect(violation.finding.tag).toBe('Misused')
    const words = explainViolation(violation)
    expect(words).toMatch(sentence)
    expect(words).toContain(`a law of distance is stated wrongly: ${law.name}`)
    expect(words).not.toContain('breaks a law')
  })
})
