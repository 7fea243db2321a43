import { describe, expect, it } from 'vitest'
import { assignments } from '../../src/cli/options/assignments.js'

const read = assignments(['entropy', 'divergence'])

describe('assignments on the command line', () => {
  it('are names and values, separated by commas', () =>
    expect(read('entropy=0.1, divergence = 0')).toEqual({ entropy: '0.1', divergence: '0' }))

  it('add to those given before, and win over them', () =>
    expect(read('entropy=2', { entropy: '1', divergence: '3' })).toEqual({ entropy: '2', divergence: '3' }))

  it.each(['entropy', 'entropy=', 'entropy=1=2', ''])(
    'are refused if one has not the form name=value: %j',
    (text) => expect(() => read(text)).toThrow(/is not of the form name=value/),
  )

  it('are refused if a name has two values', () =>
    expect(() => read('entropy=1,entropy=2')).toThrow("'entropy' is given twice."))

  it('are refused if a name is unknown, with the known names', () =>
    expect(() => read('entropie=1')).toThrow("'entropie' is none of entropy, divergence."))
})
