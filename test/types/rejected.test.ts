import { describe, expect, it } from 'vitest'
import { compile, faultOf } from './judges.js'
import { rejectedArithmetic } from './rejected-arithmetic.js'
import { rejectedGeneric } from './rejected-generic.js'
import { rejectedModels } from './rejected-models.js'
import { rejectedLayers } from './rejected-layers.js'
import { rejectedLosses } from './rejected-losses.js'
import { rejectedOperands } from './rejected-operands.js'
import { rejectedOperations } from './rejected-operations.js'
import { rejectedStructure } from './rejected-structure.js'
import { rejectedTransformations } from './rejected-transformations.js'

const rejectedPrograms = [
  ...rejectedArithmetic,
  ...rejectedStructure,
  ...rejectedOperands,
  ...rejectedOperations,
  ...rejectedTransformations,
  ...rejectedModels,
  ...rejectedLayers,
  ...rejectedGeneric,
  ...rejectedLosses,
]
const verdicts = compile(rejectedPrograms.map(({ program }) => program))

describe('programs that must not compile', () => {
  it.each(rejectedPrograms.map((rejected, i) => ({ ...rejected, errors: verdicts[i]?.errors ?? [] })))(
    'the compiler says what is wrong with $mistake',
    ({ errors, sentence }) => {
      expect(errors.join('\n')).toContain(sentence)
    },
  )

  it.each(rejectedPrograms.filter(({ atRunTime }) => atRunTime !== 'accepts'))(
    'without types, the run-time rules refuse $mistake as well',
    ({ program, sentence, atRunTime = sentence }) => {
      expect(faultOf(program)?.message).toContain(atRunTime)
    },
  )

  it('every message is one that a newcomer was shown', async () => {
    const shown = rejectedPrograms.map(({ mistake, program }, i) =>
      [`## ${mistake}`, '```ts', program, '```', '```text', ...(verdicts[i]?.errors ?? []), '```'].join('\n'),
    )
    await expect(['# What the compiler says', ...shown].join('\n\n') + '\n').toMatchFileSnapshot(
      'rejected-messages.md',
    )
  })
})
