import { describe, expect, it } from 'vitest'
import { logSoftmax, neg, takeElement, sum } from '../../src/dsl/index.js'
import { crossEntropy } from '../../src/losses/index.js'
import {
  agreesWithOracle,
  coverageAsMarkdown,
  coverageAsText,
  coverageTable,
  declareLaws,
  labels,
  logits,
  meanOfSingletons,
  nonNegative,
  shiftInvariant,
  tryLaws,
} from '../../src/laws/index.js'

const takes = [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')] as const
const right = declareLaws(crossEntropy, {
  takes,
  laws: [nonNegative, shiftInvariant('logits'), meanOfSingletons('B')],
})
const summed = declareLaws((scores, classes) => neg(sum(takeElement(logSoftmax(scores, -1), classes), 0)), {
  name: 'summed',
  takes,
  laws: [nonNegative, meanOfSingletons('B'), agreesWithOracle],
})
const table = coverageTable(
  [right, summed].map((declaration) => ({ declaration, outcomes: tryLaws(declaration, { runs: 20 }) })),
)

describe('the table of coverage', () => {
  it('distinguishes laws that hold, are violated, are not claimed, and cannot be tried on the engine', () => {
    expect(table.families).toEqual(['not negative', 'shift', 'mean of singletons', 'engine'])
    expect(table.rows.map(({ subject, cells }) => [subject, ...cells])).toEqual([
      ['crossEntropy', 'holds', 'holds', 'holds', 'not claimed'],
      ['summed', 'holds', 'not claimed', 'violated', 'not tried'],
    ])
  })

  it('is printed as text', () => {
    expect(coverageAsText(table)).toMatchInlineSnapshot(`
      "   a  not negative
         b  shift
         c  mean of singletons
         d  engine

                    a b c d
      crossEntropy  ✓ ✓ ✓ ·
      summed        ✓ · ✗ -

      ✓ holds   ✗ violated   · not claimed   - not tried on this engine"
    `)
  })

  it('is printed as Markdown', () => {
    expect(coverageAsMarkdown({ ...table, rows: table.rows.map((row) => ({ ...row, cases: 20 })) }))
      .toMatchInlineSnapshot(`
      "| law | crossEntropy | summed |
      | --- | :-: | :-: |
      | not negative | ✓ | ✓ |
      | shift | ✓ | · |
      | mean of singletons | ✓ | ✗ |
      | engine | · | - |
      | *cases* | 20 | 20 |

      ✓ holds   ✗ violated   · not claimed   - not tried on this engine"
    `)
  })
})
