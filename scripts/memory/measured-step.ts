/**
 * Takes steps of a method on a CLIP, and prints as JSON how many bytes the process held at most beyond what it held before, and how many were
 * predicted. Both are of one process: the order of the nodes of a program depends on programs that were made before it. Linux only.
 */
import { readFileSync } from 'node:fs'
import { input, mul, program } from '../../src/dsl/index.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { randomInputs, randomOptions } from '../../src/experiments/cost/random-values.js'
import { zeros } from '../../src/values/value.js'
import { engineMemory, programMemory } from '../../src/engines/onnx/memory/engine-memory.js'
import { caseNamed, measuredStep, right } from './cases.js'

const chosen = caseNamed(process.argv.slice(2))

/** Bytes that the process holds. Pages of files, such as the code of libraries, do not count: the system takes them away and brings them back. */
const held = (): number =>
  1024 * Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])

const engine = onnxEngine({ threads: 1 })
const { step, sizes, architecture } = right(measuredStep(chosen.method, chosen.size))
const options = randomOptions(step.program, sizes, step.carried)
const inputs = randomInputs(step.program, sizes, architecture)

// The library is loaded with the first program.
const x = input('x', ['B'])
const loading = right(
  await engine.compile(right(program({ x }, { y: mul(x, 2) })), {
    sizes: { B: 1 },
    weights: {},
    state: [],
  })(),
)
right(await loading.run({ x: zeros('f32', [1]) })())
right(await loading.dispose()())

globalThis.gc?.()
const idle = held()
const executable = right(await engine.compile(step.program, options)())
// When results that a step has left are collected is chance: here it is done after each step.
// The memory of a run stays with ONNX Runtime.
let most = held()
for (let i = 0; i < 3; i += 1) {
  right(await executable.run(inputs)())
  most = Math.max(most, held())
  globalThis.gc?.()
}
const predicted = engineMemory([
  right(
    programMemory({ program: step.program, sizes }, new Set(step.carried.map(({ parameter }) => parameter))),
  ),
])
console.log(JSON.stringify({ measured: most - idle, predicted }))
