import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, it } from 'vitest'
import type { TensorValue } from '../../src/dsl/index.js'
import { evaluate, explainFault } from '../../src/dsl/index.js'
import { crossEntropy } from '../../src/losses/index.js'
import type { ProgramCompiler, TestRunner } from '../../src/laws/index.js'
import {
  checkLawsOn,
  declareLaws,
  engineUnderLaw,
  explainViolation,
  gradientIsSlope,
  labels,
  lawsFor,
  logits,
  nonNegative,
  shiftInvariant,
} from '../../src/laws/index.js'

/** An engine that is the oracle, with `change` made to every element of its outputs. */
const oracleWith = (
  change: (element: number) => number,
  disposed: () => void = () => undefined,
): ProgramCompiler<string> => ({
  name: 'changed',
  compile: (program) =>
    TE.right({
      run: (inputs) =>
        TE.fromEither(
          pipe(
            evaluate(program, inputs),
            E.bimap(
              explainFault,
              R.map((value: TensorValue): TensorValue =>
                value.dtype === 'f32' ? { ...value, data: Float64Array.from(value.data, change) } : value,
              ),
            ),
          ),
        ),
      dispose: () => TE.fromIO(disposed),
    }),
})

const declaration = declareLaws(crossEntropy, {
  takes: [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')],
  laws: [nonNegative, shiftInvariant('logits'), gradientIsSlope],
})
const explain = (failure: string): string => failure

describe('an engine that laws are checked on', () => {
  it('keeps every law if it computes what the oracle computes', async () => {
    const engine = engineUnderLaw(oracleWith(Math.fround), { explain })
    expect(await checkLawsOn(engine, declaration, { runs: 30 })()).toMatchObject({
      _tag: 'Right',
      right: {
        outcomes: [
          { tag: 'LawHeld', law: { name: 'agrees with the oracle' } },
          { tag: 'LawHeld' },
          { tag: 'LawHeld' },
          { tag: 'LawNotTried', law: { name: 'gradient is the slope' } },
        ],
      },
    })
  })

  it('breaks a law if it is off by a thousandth', async () => {
    const engine = engineUnderLaw(
      oracleWith((x) => x * 1.001),
      { explain },
    )
    const outcome = await checkLawsOn(engine, declaration, { runs: 50 })()
    expect(outcome).toMatchObject({
      _tag: 'Left',
      left: { engine: 'changed', law: { name: 'agrees with the oracle' } },
    })
  })

  it('is quoted in the violation if it fails', async () => {
    const broken: ProgramCompiler<string> = { name: 'broken', compile: () => TE.left('out of memory') }
    const outcome = await checkLawsOn(engineUnderLaw(broken, { explain }), declaration)()
    expect(E.isLeft(outcome) ? explainViolation(outcome.left) : '').toContain('out of memory')
  })

  it('is checked by lawsFor after the oracle, also without a test runner', async () => {
    const options = {
      takes: [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')],
      laws: [nonNegative, shiftInvariant('logits')],
      runner: 'none',
      runs: 20,
    } as const
    const right = engineUnderLaw(oracleWith(Math.fround), { explain })
    expect(await lawsFor(crossEntropy, { ...options, engine: right })()).toMatchObject({
      _tag: 'Right',
      right: {
        tag: 'Tried',
        outcomes: [{ tag: 'LawHeld' }, { tag: 'LawHeld' }],
        onEngine: { outcomes: [{ law: { name: 'agrees with the oracle' } }, { cases: 20 }, { cases: 20 }] },
      },
    })
    const wrong = engineUnderLaw(
      oracleWith((x) => x * 1.001),
      { explain },
    )
    expect(await lawsFor(crossEntropy, { ...options, engine: wrong })()).toMatchObject({
      _tag: 'Left',
      left: { engine: 'changed' },
    })
  })

  it('is registered by lawsFor as one more test before the task runs', () => {
    const registered: string[] = []
    const runner: TestRunner = {
      describe: (_, body) => body(),
      it: (name) => registered.push(name),
    }
    void lawsFor(crossEntropy, {
      takes: [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')],
      laws: [nonNegative],
      runner,
      engine: engineUnderLaw(oracleWith(Math.fround), { explain }),
    })
    expect(registered).toEqual(['not negative', 'keeps its laws on changed'])
  })

  it('has all its compiled programs disposed of', async () => {
    const count = { compiled: 0, disposed: 0 }
    const engine = oracleWith(
      (x) => x,
      () => {
        count.disposed += 1
      },
    )
    const counting: ProgramCompiler<string> = {
      ...engine,
      compile: (program, options) => {
        count.compiled += 1
        return engine.compile(program, options)
      },
    }
    await checkLawsOn(engineUnderLaw(counting, { explain }), declaration, { runs: 20 })()
    expect(count.compiled).toBeGreaterThan(1)
    expect(count.disposed).toBe(count.compiled)
  })
})
