/** `--engine`: engines by name, loaded when they are asked for. */
import * as E from 'fp-ts/lib/Either.js'
import { Option } from 'commander'
import { match } from 'ts-pattern'
import type { Engine, Failure } from '../effects/index.js'

export const engineNames = ['onnx', 'reference'] as const
export type EngineName = (typeof engineNames)[number]

export const engineOption = (): Option =>
  new Option('--engine <name>', 'what computes: onnx (ONNX Runtime on the CPU) or reference (float64, slow)')
    .choices(engineNames)
    .default('onnx')

/** The engine of this name, or why it cannot be had. */
export const loadEngine = async (name: EngineName): Promise<E.Either<Failure, Engine>> =>
  match(name)
    .with('onnx', async () => {
      const { onnxEngine } = await import('../effects/engines/onnx/engine.js')
      return E.right<Failure, Engine>(onnxEngine())
    })
    .with('reference', async () => {
      const { referenceEngine } = await import('../effects/engines/reference.js')
      return E.right<Failure, Engine>(referenceEngine)
    })
    .exhaustive()
