/** Measures how fast an engine multiplies matrices, which takes nearly all the time of a transformer. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as b from '../../dsl/builder.js'
import type { Node } from '../../dsl/primitives/primitive.js'
import { programOfNodes } from '../../dsl/program.js'
import type { Engine, Executable } from '../engine.js'
import type { EngineFailure } from '../failure.js'
import { programRejected } from '../failure.js'
import { normalTensor } from './small-program.js'

/** Products in each run: enough that the overhead of a run counts for little. */
const products = 8
/** Sizes of square matrices. The next size is tried if a run took at most `patience` milliseconds. */
const sizes = [64, 192, 768, 3072]
const patience = 10
const repetitions = 3

const chain = (size: number): Node => {
  const w = b.parameter('w', [size, size])
  let x = b.input('x', [size, size])
  for (let i = 0; i < products; i += 1) x = b.matmul(x, w)
  return b.sum(x, [0, 1])
}

/** Milliseconds of the fastest of a few runs, after one run to warm up. */
const fastest = async (executable: Executable, size: number): Promise<E.Either<EngineFailure, number>> => {
  const given = { x: normalTensor([size, size], 5) }
  const warm = await executable.run(given)()
  if (E.isLeft(warm)) return warm
  let least = Infinity
  for (let i = 0; i < repetitions; i += 1) {
    const start = performance.now()
    const outcome = await executable.run(given)()
    if (E.isLeft(outcome)) return outcome
    least = Math.min(least, performance.now() - start)
  }
  return E.right(least)
}

const timeOf = (engine: Engine, size: number): TE.TaskEither<EngineFailure, number> =>
  pipe(
    programOfNodes({ total: chain(size) }),
    E.mapLeft(programRejected('trial')),
    TE.fromEither,
    TE.chainW((program) =>
      // Small numbers: products of products stay finite.
      engine.compile(program, { sizes: {}, weights: { w: shrunk(size) }, state: [] }),
    ),
    TE.chain((executable) =>
      pipe(
        () => fastest(executable, size),
        TE.chainFirst(() => executable.dispose()),
      ),
    ),
  )

const shrunk = (size: number) => {
  const { shape, data } = normalTensor([size, size], 6)
  return { dtype: 'f32' as const, shape, data: Float32Array.from(data, (x) => x / Math.sqrt(size)) }
}

/** The best speed over the sizes tried, in GFLOP/s. */
export const matmulSpeed =
  (engine: Engine): TE.TaskEither<EngineFailure, number> =>
  async () => {
    let speed = 0
    for (const size of sizes) {
      const time = await timeOf(engine, size)()
      if (E.isLeft(time)) return time
      speed = Math.max(speed, (2 * products * size ** 3) / time.right / 1e6)
      if (time.right > patience) break
    }
    return E.right(speed)
  }
