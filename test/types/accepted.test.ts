import { describe, expect, it } from 'vitest'
import { acceptedArguments } from './accepted-arguments.js'
import { acceptedModels } from './accepted-models.js'
import { acceptedLayers } from './accepted-layers.js'
import { acceptedLosses } from './accepted-losses.js'
import { acceptedOperations } from './accepted-operations.js'
import { acceptedPrograms as commonPrograms } from './accepted-programs.js'
import { acceptedSequences } from './accepted-sequences.js'
import { acceptedTransformations } from './accepted-transformations.js'
import { compile, nodeOf, shapeOfType } from './judges.js'

const acceptedPrograms = [
  ...commonPrograms,
  ...acceptedArguments,
  ...acceptedOperations,
  ...acceptedSequences,
  ...acceptedTransformations,
  ...acceptedModels,
  ...acceptedLayers,
  ...acceptedLosses,
]

/** The last expression of a program, named, so that its type can be asked for. */
const named = (program: string): string => {
  const lines = program.split('\n')
  const start = lines.findLastIndex((line) => /^[a-z]/i.test(line))
  const [statements, last] = [lines.slice(0, start), lines.slice(start).join('\n')]
  const parts = last.split('; ')
  return [...statements, ...parts.slice(0, -1), `export const value = ${parts.at(-1) ?? ''}`].join('\n')
}

const verdicts = compile(acceptedPrograms.map(({ program }) => named(program)))

describe('programs that must compile', () => {
  it.each(acceptedPrograms.map((accepted, i) => ({ ...accepted, verdict: verdicts[i] })))(
    'the compiler and the run-time rules agree on $shows',
    ({ verdict, program, shape }) => {
      expect(verdict?.errors).toEqual([])
      expect(shapeOfType(verdict?.types.get('value') ?? '')).toEqual(shape)
      expect(nodeOf(program)?.fault).toBeUndefined()
      expect(nodeOf(program)?.shape).toEqual(shape)
    },
  )
})
