import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { input, programOfNodes } from '../../src/dsl/index.js'
import * as Effect from '../../src/effects/effect.js'
import type { Failure } from '../../src/effects/failure.js'
import { interpret } from '../../src/effects/interpreter.js'
import { printLine, withExecutables } from '../../src/effects/operations.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import type { Engine } from '../../src/engines/engine.js'
import type { EngineFailure } from '../../src/engines/failure.js'
import { expectRight } from '../expect-either.js'
import { countingEngine } from '../support/testing-engine.js'

const options = { sizes: {}, weights: {}, state: [] }
const compilation = (name: string) => ({
  program: expectRight(programOfNodes({ [name]: input('x', [2]).node })),
  options,
})
const programs = { first: compilation('first'), second: compilation('second'), third: compilation('third') }

const refusal: EngineFailure = { tag: 'TensorUnexpected', name: 'w', where: 'weights' }

/** What an engine that refuses some programs, by their output, compiles and disposes of while `use` runs. */
const logOf = async (refused: readonly string[], use: Effect.Effect<void>) => {
  const log: string[] = []
  const engine: Engine = {
    name: 'logging',
    compile: (program, given) => {
      const [name = ''] = Object.keys(program.outputs)
      if (refused.includes(name)) return TE.left(refusal)
      log.push(`compile ${name}`)
      return pipe(
        countingEngine.compile(program, given),
        TE.map((executable) => ({
          ...executable,
          dispose: () =>
            TE.fromIO(() => {
              log.push(`dispose ${name}`)
            }),
        })),
      )
    },
  }
  const world = memoryWorld({ engine })
  const outcome = await interpret(withExecutables(programs, () => use))(world.runtime)()
  return { log, outcome, printed: world.printed }
}

const compiled = ['compile first', 'compile second', 'compile third']
const disposed = ['dispose first', 'dispose second', 'dispose third']

describe('several programs that are used together', () => {
  it('are all compiled before the use, and all disposed of after it', async () => {
    const { log, outcome, printed } = await logOf([], printLine('used'))
    expect(log).toEqual([...compiled, ...disposed])
    expect(printed).toEqual(['used'])
    expect(E.isRight(outcome)).toBe(true)
  })

  it('are all disposed of if the use fails, with the failure of the use', async () => {
    const broken: Failure = { tag: 'InvalidSetting', field: 'steps', problem: 'wrong', advice: 'right it' }
    const { log, outcome } = await logOf([], Effect.left(broken))
    expect(log).toEqual([...compiled, ...disposed])
    expect(outcome).toEqual(E.left(broken))
  })

  it('are not used if one is refused, and those that were compiled are disposed of', async () => {
    const { log, outcome, printed } = await logOf(['second'], printLine('used'))
    expect(log).toEqual(['compile first', 'compile third', 'dispose first', 'dispose third'])
    expect(printed).toEqual([])
    expect(outcome).toEqual(E.left(refusal))
  })
})
