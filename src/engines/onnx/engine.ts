/** The engine `onnx`: programs run in `onnxruntime-node`. */
import type { Engine } from '../engine.js'
import { engineOn } from './engine-on.js'
import { nodeBinding } from './node-binding.js'
import type { SessionSettings } from './provider.js'

/**
 * The engine that runs programs in ONNX Runtime. A program is lowered for the sizes that it is compiled with. Its
 * weights become constants. Its state stays in memory, or on the device, between runs.
 *
 * With `precision` `float16` or `bfloat16`, the operands and results of matrix products and convolutions are rounded
 * to it. That is faster on CUDA, and on WebGPU if the driver has `shader-f16`. The CPU provider rounds in the same
 * places but computes in float32, so it is not faster. WebGPU has no bfloat16: compiling fails.
 *
 * `graphOptimization` `on` or `off` lets ONNX Runtime rewrite every graph, or none; without it, it rewrites those where that
 * makes a run faster.
 *
 * Each operator uses `threads` threads (default: one for each core). `run` blocks the event loop while it computes,
 * because the binding of ONNX Runtime does.
 *
 * @example
 * const engine = onnxEngine({ threads: 2 })
 * await pipe(engine.compile(classifier, { sizes: { B: 8 }, weights, state: [] }), TE.chain(({ run }) => run(batch)))()
 */
export const onnxEngine = ({
  provider = 'cpu',
  packWeights = true,
  precision = 'float32',
  graphOptimization,
  ...rest
}: Partial<SessionSettings> = {}): Engine =>
  engineOn(
    [
      `onnx${provider === 'cpu' ? '' : `-${provider}`}`,
      ...(precision === 'float32' ? [] : [`in ${precision}`]),
      ...(graphOptimization === undefined ? [] : [`with graph optimization ${graphOptimization}`]),
    ].join(' '),
    nodeBinding({
      provider,
      packWeights,
      precision,
      ...(graphOptimization === undefined ? {} : { graphOptimization }),
      ...rest,
    }),
  )
