/** The conformance checks find faults of an engine and report them. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, it, test } from 'vitest'
import type { TensorValue } from '../../src/values/value.js'
import type { Engine } from '../../src/engines/engine.js'
import type { EngineFailed } from '../../src/engines/failure.js'
import { referenceEngine } from '../../src/engines/reference/engine.js'
import {
  checkStart,
  conformanceAsMarkdown,
  conformanceChecks,
  registerConformance,
} from '../../src/engine-conformance/index.js'
import {
  answering,
  executing,
  keepingItsState,
} from '../../property-tests/mutations/engines/faulty-engine.js'
import { nameOfCheck } from '../../src/engine-conformance/check.js'

const shifted = (value: TensorValue): TensorValue =>
  value.dtype === 'f32' ? { ...value, data: value.data.map((x) => x * 1.001) } : value

const settings = {
  runs: 3,
  seed: 1,
  tolerance: { absolute: 2e-5, relative: 2e-5 },
  heldTensors: undefined,
  heldBytes: undefined,
}

/** The message of a check of an engine; empty if it passes. */
const said = async (
  name: string,
  engine: Engine,
  options: Partial<typeof settings> | { readonly heldTensors: () => number } = {},
): Promise<string> => {
  const check = conformanceChecks.find((each) => nameOfCheck(each) === name)
  const outcome = await check?.run(engine, { ...settings, ...options })()
  return outcome === undefined ? 'no such check' : E.isLeft(outcome) ? outcome.left : ''
}

let drawn = 0
let held = 0
const faults: readonly (readonly [fault: string, check: string, engine: Engine, found: RegExp])[] = [
  [
    'a result that is off by a thousandth',
    'values: exp',
    answering(R.map(shifted)),
    /^result: element \d+ is/,
  ],
  [
    'a gradient that is off by a thousandth',
    'gradients: tanh',
    answering(R.map(shifted)),
    /^gradient by x0: element/,
  ],
  ['an output that is missing', 'values: add', answering(() => ({})), /no such output/],
  [
    'a shape that lost its axes of size 1',
    'shapes: axes of size 1',
    answering(R.map((value) => ({ ...value, shape: value.shape.filter((size) => size !== 1) }))),
    /instead of f32\[/,
  ],
  [
    'an exception in place of a failure',
    'values: sub',
    executing(() => ({ run: () => () => Promise.reject(new Error('segment lost')) })),
    /throws instead of failing with a value: segment lost/,
  ],
  [
    'state that does not change',
    'state: is carried from run to run, and is not among the results',
    keepingItsState,
    /^w: element/,
  ],
  [
    'ids out of range that are accepted',
    'refusals: ids outside their axis',
    executing(({ run }) => ({
      run: (inputs) =>
        pipe(
          run(inputs),
          TE.orElse(() => TE.right({})),
        ),
    })),
    /an id outside its axis is accepted/,
  ],
  [
    'a different result in each run',
    'determinism: the same program gives the same bits in every run',
    answering(
      R.map((value) => {
        drawn += 1
        return value.dtype === 'f32' ? { ...value, data: value.data.map((x) => x + drawn / 1e6) } : value
      }),
    ),
    /element 0 is/,
  ],
]

test.each(faults)('the conformance checks find %s', async (_, check, engine, found) => {
  expect(await said(check, referenceEngine)).toBe('')
  expect(await said(check, engine)).toMatch(found)
})

test('the conformance checks find a tensor that each run leaves undisposed', async () => {
  const leaking = answering((values) => {
    held += 1
    return values
  })
  const check = 'memory: a run holds no tensors afterwards, also if it fails'
  expect(await said(check, leaking, { heldTensors: () => held })).toMatch(
    /tensors are held after twenty runs/,
  )
  expect(await said(check, referenceEngine, { heldTensors: () => held })).toBe('')
})

describe('conformance checks registered with a test runner', () => {
  const registered = (exceptions: Readonly<Record<string, string>>) => {
    const tests = new Map<string, () => void | Promise<void>>()
    const runner = {
      describe: (_: string, body: () => void) => body(),
      it: (name: string, body: () => void | Promise<void>) => void tests.set(name, body),
    }
    registerConformance(runner, answering(R.map(shifted)), { runs: 2, exceptions })
    return tests
  }

  it('fail the test of a check that does not hold', async () => {
    await expect(registered({}).get('values: exp')?.()).rejects.toThrow(/result: element/)
  })

  it('fail the test of an exception whose check holds', async () => {
    const tests = registered({ 'values: exp': 'too coarse', 'values: iota': 'whole numbers' })
    await expect(tests.get('values: exp (known to fail: too coarse)')?.()).resolves.toBeUndefined()
    await expect(tests.get('values: iota (known to fail: whole numbers)')?.()).rejects.toThrow(
      'the check passes: remove the exception',
    )
  })
})

describe('checking whether an engine starts', () => {
  const broken: EngineFailed = {
    tag: 'EngineFailed',
    engine: 'broken',
    stage: 'load',
    reason: 'no such device',
    advice: 'plug it in',
  }

  it('fails with the failure of an engine that cannot be loaded', async () => {
    const engine: Engine = { name: 'broken', compile: () => TE.left(broken) }
    expect(await checkStart(engine)()).toEqual(E.left(broken))
  })

  it('fails with the failure of an engine that cannot run a program', async () => {
    expect(await checkStart(executing(() => ({ run: () => TE.left(broken) })))()).toEqual(E.left(broken))
  })

  it('does not compare the result', async () => {
    expect(await checkStart(answering(R.map(shifted)))()).toEqual(E.right(undefined))
  })
})

test('a conformance report is a table of areas and engines, followed by the deviations', () => {
  const findings = [
    { area: 'values', subject: 'add', deviation: undefined },
    { area: 'values', subject: 'exp', deviation: 'result: element 0 is 1 instead of 2\nx0 = 3' },
  ] as const
  const table = conformanceAsMarkdown([
    { engine: 'one', findings },
    { engine: 'other', findings: findings.slice(0, 1) },
  ])
  expect(table).toContain('| checks that hold | one | other |')
  expect(table).toContain('| values | 1 / 2 | 1 / 1 |')
  expect(table).toContain('| gradients | - | - |')
  expect(table).toContain('- **one**, values: exp. result: element 0 is 1 instead of 2')
  expect(table).not.toContain('x0 = 3')
})
