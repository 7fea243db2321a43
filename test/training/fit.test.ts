import { expect, it } from 'vitest'
import { input, mul, parameter, square, sum } from '../../src/dsl/index.js'
import * as Effect from '../../src/effects/effect.js'
import { referenceEngine } from '../../src/engines/reference/engine.js'
import { explain } from '../../src/effects/explain.js'
import { interpret } from '../../src/effects/interpreter.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { fit } from '../../src/training/fit.js'
import type { Objective } from '../../src/optimizers/index.js'
import { sgd, trainStep } from '../../src/optimizers/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { f32 } from '../support/evaluation.js'

const loss = sum(square(mul(input('x', [2]), parameter('w', [2]))))

const fitted = (of: Objective, steps: number) =>
  interpret(
    fit({
      label: 'training',
      directory: 'run',
      step: expectRight(trainStep(of, sgd({ learningRate: 0.1 }))),
      sizes: {},
      weights: { w: f32([2], [1, 2]) },
      weightsFrom: 'the test',
      steps,
      batch: () => Effect.of({ x: f32([2], [1, 1]) }),
      saveEvery: 10,
      start: 'new',
    }),
  )(memoryWorld({ engine: referenceEngine }).runtime)()

it.each([
  { loss: sum(square(input('x', [2]))) },
  { loss, isTrainable: (name: string) => name.startsWith('head.') },
])('training fails if its step trains no parameter, unless it takes no steps', async (of) => {
  expect(explain(expectLeft(await fitted(of, 3)))).toContain('training: the step trains no parameter')
  expectRight(await fitted(of, 0))
})

it.each([2.5, -1, Number.NaN])('a run of %d steps is refused', async (steps) =>
  expect(explain(expectLeft(await fitted({ loss }, steps)))).toBe(
    `steps: there cannot be ${steps} steps\n  → give a whole number, 0 or more`,
  ),
)
