/**
 * The table of docs/engines.md: which checks hold on which engine. `npm run engines:conformance` checks the engines that
 * run everywhere; others by name, with fewer cases where they are slow:
 * `npm run engines:conformance -- --runs 3 onnx-webgpu tfjs-webgpu`, and those of ONNX Runtime with graph optimization on and
 * off: `-- --graph-optimization on onnx`. An engine that does not work on this machine is left
 * out, with the reason on standard error and the exit code 2. `--tails-only` prints only the relative errors of elementwise
 * functions.
 */
import { parseArgs } from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import {
  checkConformance,
  checkStart,
  conformanceAsMarkdown,
  tailErrors,
  tailErrorsAsMarkdown,
  tails,
} from '../src/engine-conformance/index.js'
import type { ConformanceReport, TailErrors } from '../src/engine-conformance/index.js'
import type { EngineName } from '../src/engines/catalogue.js'
import { catalogue, engineNames } from '../src/engines/catalogue.js'
import { graphOptimizations } from '../src/engines/onnx/provider.js'
import { explain } from '../src/effects/explain.js'

const everywhere: readonly EngineName[] = ['reference', 'onnx', 'tfjs-cpu', 'tfjs-wasm']

const { values: options, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    'tails-only': { type: 'boolean', default: false },
    'graph-optimization': { type: 'string' },
  },
})
const unknown = asked.filter((name) => !engineNames.some((known) => known === name))
if (unknown.length > 0) {
  console.error(`no such engine: ${unknown.join(', ')}; there are ${engineNames.join(', ')}`)
  process.exit(2)
}

const graphOptimization = graphOptimizations.find((state) => state === options['graph-optimization'])

const reports: ConformanceReport[] = []
const tailsOf: Record<string, readonly TailErrors[]> = {}
for (const name of asked.length === 0 ? everywhere : engineNames.filter((known) => asked.includes(known))) {
  const engine = catalogue[name].engine({ graphOptimization })
  const started = await checkStart(engine)()
  if (E.isLeft(started)) {
    console.error(`${name} does not work on this machine and is left out: ${explain(started.left)}`)
    process.exitCode = 2
    continue
  }
  const report = checkConformance(engine, {
    runs: Number(options.runs),
    seed: Number(options.seed),
    ...(name.startsWith('tfjs-') ? { heldTensors: () => tf.engine().state.numTensors } : {}),
    onFinding: ({ area, subject, deviation }) =>
      console.error(`${name}  ${area}: ${subject}  ${deviation === undefined ? 'ok' : deviation}`),
  })
  if (!options['tails-only']) reports.push(await report())
  const measured = await TE.sequenceArray(tails.map((tail) => tailErrors(engine, tail)))()
  if (E.isRight(measured)) tailsOf[name] = measured.right
  else console.error(`${name}  tails: ${measured.left}`)
}
if (reports.length > 0) console.log(conformanceAsMarkdown(reports), '\n')
if (Object.keys(tailsOf).length > 0) console.log(tailErrorsAsMarkdown(tailsOf))
