/**
 * Takes two steps of a method on a CLIP, and prints as JSON the regions of memory that ONNX Runtime was predicted to take for them. Those that it takes it
 * writes to standard error, where it logs what its arena does.
 */
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { programMemory } from '../../src/engines/onnx/memory/engine-memory.js'
import { randomInputs, randomOptions } from '../../src/experiments/cost/random-values.js'
import { caseNamed, measuredStep, right } from './cases.js'

const chosen = caseNamed(process.argv.slice(2))

process.env['ORT_DISABLE_TELEMETRY'] ??= '1'
const { env } = await import('onnxruntime-node')
env.logLevel = 'info'

const { step, sizes, architecture } = right(measuredStep(chosen.method, chosen.size))
const options = randomOptions(step.program, sizes, step.carried)
const executable = right(await onnxEngine({ threads: 1 }).compile(step.program, options)())
const inputs = randomInputs(step.program, sizes, architecture)
for (let i = 0; i < 2; i += 1) right(await executable.run(inputs)())
const trained = new Set(step.carried.map(({ parameter }) => parameter))
console.log(JSON.stringify(right(programMemory({ program: step.program, sizes }, trained)).regions))
