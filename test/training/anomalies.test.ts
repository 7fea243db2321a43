/** Which operation made the first number that is not finite. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import {
  div,
  exp,
  input,
  log,
  mean,
  mul,
  parameter,
  scope,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  tensor,
  where,
  less,
  program,
} from '../../src/dsl/index.js'
import type { Tensor } from '../../src/dsl/index.js'
import type { Diverged } from '../../src/effects/failure.js'
import { explain } from '../../src/effects/explain.js'
import * as Effect from '../../src/effects/effect.js'
import { interpret } from '../../src/effects/interpreter.js'
import type { MemoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import type { Engine } from '../../src/engines/index.js'
import { onnxEngine, referenceEngine } from '../../src/engines/index.js'
import { microBatchedStep, sgd, trainStep } from '../../src/optimizers/index.js'
import type { FitPlan } from '../../src/training/index.js'
import { fit } from '../../src/training/index.js'
import { watchedProgram } from '../../src/training/watched-program.js'
import { expectLeft, expectRight } from '../expect-either.js'

const x = input('x', ['B', 3])
const w = parameter('w', [3])
const scored = mul(x, w)

/** A loss, and rows of x that are right but for those of one step. */
const planOf = (loss: Tensor<[]>, wrong: readonly number[], at = 3): FitPlan => ({
  label: 'training',
  step: expectRight(trainStep({ loss }, sgd({ learningRate: 1e-3 }))),
  sizes: { B: 2 },
  weights: { w: tensor.f32([1, 1, 1]) },
  weightsFrom: 'first weights',
  steps: 6,
  batch: (step) => Effect.of({ x: tensor.f32([[1, 2, 3], step + 1 === at ? wrong : [3, 2, 1]]) }),
  saveEvery: 2,
  start: 'new',
})

const run = (plan: FitPlan, engine: Engine = referenceEngine, disk: MemoryDisk = memoryDisk()) =>
  interpret(fit(plan))(memoryWorld({ engine, disk }).runtime)()

const divergence = async (plan: FitPlan, engine?: Engine, disk?: MemoryDisk): Promise<Diverged> => {
  const failure = expectLeft(await run(plan, engine, disk))
  return failure.tag === 'Diverged' ? failure : expect.fail(explain(failure))
}

const engines = [referenceEngine, onnxEngine({ threads: 1 })]

describe.each(engines)('on the engine $name, a run whose loss becomes NaN', (engine) => {
  const ratio = scope('head', () => scope('ratio', () => div(scored, sub(x, 4))))
  const overflowing = scope('tower', () => exp(scored))
  const plans = {
    'by 0 / 0': {
      plan: planOf(mean(div(sub(scored, scored), sub(x, 4)), [0, 1]), [4, 4, 4]),
      by: { operation: 'div', scope: '', pass: 'forward' },
      nanBy: undefined,
      made: 'NaN',
    },
    'by a division by 0, whose infinities meet': {
      plan: planOf(sum(sub(ratio, mul(ratio, 2)), [0, 1]), [4, 4, 4]),
      by: { operation: 'div', scope: 'head/ratio', pass: 'forward' },
      nanBy: { operation: 'sub' },
      made: 'infinity',
    },
    'by a logarithm of what is negative': {
      plan: planOf(
        scope('loss', () => mean(log(scored), [0, 1])),
        [1, -1, 1],
      ),
      by: { operation: 'log', scope: 'loss', pass: 'forward' },
      nanBy: undefined,
      made: 'NaN',
    },
    'by an overflow': {
      plan: planOf(mean(sub(overflowing, square(overflowing)), [0, 1]), [200, 1, 1]),
      by: { operation: 'exp', scope: 'tower', pass: 'forward' },
      nanBy: { operation: 'sub' },
      made: 'infinity',
    },
    'by the data': {
      plan: planOf(mean(scored, [0, 1]), [1, Number.NaN, 1]),
      by: { operation: "input 'x'", pass: 'forward' },
      nanBy: undefined,
      made: 'NaN',
    },
  } as const

  it.each(Object.entries(plans))(
    '%s, names the operation and its scope',
    async (_, { plan, by, nanBy, made }) => {
      const { step, origin } = await divergence(plan, engine)
      expect(step).toBe(3)
      expect(origin).toMatchObject({ made, by })
      if (nanBy === undefined) expect(origin?.nanBy).toBeUndefined()
      else expect(origin?.nanBy).toMatchObject(nanBy)
    },
  )
})

describe('a run that diverges', () => {
  const loss = scope('loss', () => mean(log(scored), [0, 1]))

  it('says the line of the operation, the batch, and which checkpoint stays', async () => {
    const examples = (step: number) => [`a${step}.jpg`, `b${step}.jpg`]
    const plan = { ...planOf(loss, [1, -1, 1]), directory: 'run', examples }
    const said = explain(await divergence(plan)).replace(/ at \S*(anomalies\.test\.ts:)\d+:\d+/g, ' at $1')
    expect(said).toBe(
      'step 3: loss is NaN; the first NaN is the result of log [B,3] in loss at anomalies.test.ts:; ' +
        'its batch is: a2.jpg, b2.jpg\n' +
        '  → lower the learning rate or clip the gradient; ' +
        'the checkpoint of step 2 is finite and stays, and a resumed run continues from it',
    )
  })

  it('in its gradient only, says that', async () => {
    // |x| at 0, by a root: its value is right, and its slope is not.
    const plan = planOf(
      scope('norm', () => sum(sqrt(square(sub(scored, 2))), [0, 1])),
      [3, 2, 1],
      1,
    )
    const { quantity, origin } = await divergence({ ...plan, steps: 1 })
    expect(quantity).toBe("an element of 'w'")
    expect(origin?.by).toMatchObject({ scope: 'norm', pass: 'backward' })
    expect(origin?.by.source).toContain('anomalies.test.ts')
  })

  it('one step before it is noticed, names the step of the cause', async () => {
    // The loss of step 3 is 1e38, but its update overflows; the loss of step 4 is what cannot be computed.
    const squares = sum(square(scored), [0, 1])
    const plan = {
      ...planOf(squares, []),
      step: expectRight(trainStep({ loss: squares }, sgd({ learningRate: 10 }))),
      batch: (step: number) => Effect.of({ x: tensor.f32([[step === 2 ? 1e19 : 0, 0, 0]]) }),
      sizes: { B: 1 },
      saveEvery: 100,
    }
    const { step, noticed, origin } = await divergence(plan, onnxEngine({ threads: 1 }))
    expect([step, noticed]).toEqual([3, 4])
    expect(origin?.by.pass).toBe('backward')
  })

  it('in micro-batches, names the operation, too', async () => {
    const features = scope('tower', () => log(mul(scored, 3)))
    const objective = { loss: mean(features, [0, 1]) }
    const parts = expectRight(
      microBatchedStep(objective, { representations: [features], rows: 'B' }, sgd({ learningRate: 1e-3 })),
    )
    const plan = { ...planOf(objective.loss, [1, -1, 1]), microBatches: { step: parts, rows: 1 } }
    const { step, origin } = await divergence(plan)
    expect(step).toBe(3)
    expect(origin).toMatchObject({ made: 'NaN', by: { operation: 'log', scope: 'tower' } })
  })

  it('is traced from the last checkpoint on, and not from the start', async () => {
    const taken: number[] = []
    const plan = { ...planOf(loss, [1, -1, 1], 6), directory: 'run' }
    await divergence({
      ...plan,
      batch: (step) => {
        taken.push(step)
        return plan.batch(step)
      },
    })
    expect(taken).toEqual([0, 1, 2, 3, 4, 5, 4, 5])
  })
})

describe('a NaN that no output shows', () => {
  // The branch that is not taken is NaN.
  const hidden = scope('guard', () => where(less(scored, 0), 0, log(mul(scored, 5))))
  const plan = planOf(mean(hidden, [0, 1]), [1, 2, 1])
  const quiet = {
    ...plan,
    batch: () =>
      Effect.of({
        x: tensor.f32([
          [1, 2, 3],
          [1, -1, 1],
        ]),
      }),
  }

  it('is found at once with detectAnomalies, and only then', async () => {
    const { step, origin } = await divergence({ ...quiet, detectAnomalies: true })
    expect(step).toBe(1)
    expect(origin).toMatchObject({ made: 'NaN', by: { operation: 'log', scope: 'guard' } })
  })

  it.each(engines)('does not change what a run on $name computes where there is none', async (engine) => {
    const calm = planOf(mean(square(sub(softmax(scored, 1), 0.5)), [0, 1]), [3, 2, 1])
    const plain = expectRight(await run(calm, engine))
    expect(expectRight(await run({ ...calm, detectAnomalies: true }, engine))).toEqual(plain)
  })
})

describe('a watched program', () => {
  it('has an output more for each operation on floating numbers, under names that are free', () => {
    const of = pipe(
      program({ x }, { 'magnitude/0': exp(scored) }),
      E.chain((each) => watchedProgram(each, () => true)),
      expectRight,
    )
    expect(of.watched.map(({ node: { op } }) => op).toSorted()).toEqual(['exp', 'input', 'mul', 'parameter'])
    expect(Object.keys(of.program.outputs)).toContain('magnitude//3')
  })
})
