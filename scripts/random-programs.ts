/**
 * Tries the engine `onnx` on random well-typed programs, values and gradients, against the oracle:
 * `npm run laws:programs -- --programs 10000 --seed 1`. Exits with 1 at the first that fails or differs, and shows it with
 * a seed and a path; `--seed=<seed> --path <path>` runs it again. Prints how many programs contain each primitive, and exits
 * with 1, too, if 10,000 programs lack one.
 */
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { randomKey } from '../src/dsl/index.js'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import { explain } from '../src/effects/index.js'
import { allOps } from '../src/laws/arbitraries/application.js'
import { checkProgramsOn, explainProgramViolation } from '../src/laws/index.js'

const { values: options } = parseArgs({
  options: {
    programs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string' },
    steps: { type: 'string', default: '12' },
  },
})

// A path leads to one program.
const total = options.path === undefined ? Number(options.programs) : 1
const [steps, batch] = [Number(options.steps), 500]
const engine = onnxEngine({ threads: 1 })
const begun = performance.now()
const seconds = (): string => ((performance.now() - begun) / 1000).toFixed(1)
const primitives = new Map<string, number>()
let [programs, compared, atEdge, violations] = [0, 0, 0, 0]

while (programs < total && violations === 0) {
  // The first batch has the seed itself, so that a seed and a path from a message lead back to a program.
  const [own] = randomKey.foldIn(randomKey.keyFromSeed(Number(options.seed)), programs)
  const seed = programs === 0 ? Number(options.seed) : own
  const outcome = await checkProgramsOn(engine, {
    explain,
    steps,
    seed,
    runs: Math.min(batch, total - programs),
    ...(options.path === undefined ? {} : { path: options.path }),
  })()
  if (E.isLeft(outcome)) {
    console.log(explainProgramViolation(outcome.left))
    programs += outcome.left.programs
    violations += 1
  } else {
    programs += outcome.right.programs
    compared += outcome.right.compared
    atEdge += outcome.right.atEdge
    outcome.right.primitives.forEach((count, op) => primitives.set(op, (primitives.get(op) ?? 0) + count))
    console.log(
      `${programs} programs  ${compared} outputs and gradients agree  ${atEdge} at an edge, not compared  ${seconds()} s`,
    )
  }
}

const byCount = allOps.map((op) => [op, primitives.get(op) ?? 0] as const).toSorted(([, a], [, b]) => a - b)
console.log(
  `\n${programs} programs in ${seconds()} s, ${violations} failures or differences; programs, gradients included, that contain each of ${allOps.length} primitives:`,
)
console.log(byCount.map(([op, count]) => `${op} ${count}`).join(', '))
const absent = byCount.flatMap(([op, count]) => (count === 0 ? [op] : []))
// Few programs cannot contain every primitive.
if (absent.length > 0 && programs >= 10_000) {
  console.log(`in no program: ${absent.join(', ')}`)
  process.exitCode = 1
}
if (violations > 0) process.exitCode = 1
