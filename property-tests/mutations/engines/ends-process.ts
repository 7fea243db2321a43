/** Engines that end their process, hold it, or fill its memory. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { nodesOf } from '../../../src/dsl/program.js'
import type { Op } from '../../../src/dsl/primitives/primitive.js'
import type { Engine } from '../../../src/engines/engine.js'
import { referenceEngine } from '../../../src/engines/reference/engine.js'
import type { PlantedEngineFault } from './faulty-engine.js'
import { executing } from './faulty-engine.js'

/** The reference engine that does something before it runs programs with a primitive. */
const before = (op: Op, act: () => void | Promise<void>): Engine =>
  executing(({ run }, program) =>
    nodesOf(program).some((node) => node.op === op)
      ? {
          run: (inputs) =>
            pipe(
              TE.fromTask(async () => act()),
              TE.chain(() => run(inputs)),
            ),
        }
      : {},
  )

/** Never ends. */
const spin = (): void => {
  let turns = 0
  while (turns >= 0) turns = (turns + 1) % 1000
}

const kept: Float64Array[] = []

const keep = (elements: number): void => {
  // Memory that is written counts; what is only reserved does not.
  kept.push(new Float64Array(elements).fill(1))
}

const faults: readonly PlantedEngineFault[] = [
  {
    fault: 'sin aborts the process',
    foundBy: 'values: sin',
    engine: before('sin', () => process.abort()),
  },
  {
    fault: 'cos ends the process as if all were well',
    foundBy: 'values: cos',
    engine: before('cos', () => process.exit(0)),
  },
  {
    fault: 'a second gradient is an access to memory that is not there',
    foundBy: 'second gradients: cumsum',
    engine: before('cumsum', () => void process.kill(process.pid, 'SIGSEGV')),
  },
  {
    fault: 'conv2d throws where nobody can catch it',
    foundBy: 'values: conv2d',
    engine: before(
      'conv2d',
      () =>
        new Promise((resolve) => {
          setImmediate(() => {
            resolve()
            throw new Error('a callback of the driver')
          })
        }),
    ),
  },
  { fault: 'erf never ends', foundBy: 'values: erf', engine: before('erf', spin) },
  {
    fault: 'a run with sqrt is never answered',
    foundBy: 'gradients: sqrt',
    engine: before('sqrt', () => new Promise(() => setInterval(() => undefined, 1000))),
  },
  {
    fault: 'topK takes all memory',
    foundBy: 'values: topK',
    engine: before('topK', async () => {
      for (let i = 0; i < 200; i += 1) {
        keep(2 ** 21)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }),
  },
  {
    fault: 'each run leaves a tensor behind',
    foundBy: 'memory: does not grow with runs',
    engine: executing(({ run }) => ({
      run: (inputs) =>
        pipe(
          run(inputs),
          TE.chainFirstIOK(() => () => keep(2 ** 15)),
        ),
    })),
  },
  {
    fault: 'each program leaves its weights behind',
    foundBy: 'memory: does not grow with programs that are disposed of',
    engine: {
      name: 'faulty',
      compile: (program, options) =>
        pipe(
          referenceEngine.compile(program, options),
          TE.chainFirstIOK(() => () => keep(2 ** 17)),
        ),
    },
  },
]

export const endsProcess: readonly PlantedEngineFault[] = faults.map((fault) => ({
  ...fault,
  needsProcess: true,
}))
