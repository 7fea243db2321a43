import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Program, Sizes } from '../../../src/dsl/index.js'
import { checkConformance } from '../../../src/engine-conformance/index.js'
import type { Engine } from '../../../src/engines/engine.js'
import { valueInfo } from '../../../src/engines/onnx/lowering/graph-writer.js'
import { lowerProgram } from '../../../src/engines/onnx/lowering/lowering.js'
import { declaredSize, valueSizes } from '../../../src/engines/onnx/memory/value-sizes.js'
import { processorDialect } from '../../../src/engines/onnx/provider.js'
import { referenceEngine } from '../../../src/engines/reference/engine.js'

/** The programs of the conformance tests, which have every primitive, with the sizes that they are compiled for. */
const conformancePrograms = async (): Promise<readonly (readonly [Program, Sizes])[]> => {
  const seen: (readonly [Program, Sizes])[] = []
  const collecting: Engine = {
    name: 'collecting',
    compile: (program, options) => {
      seen.push([program, options.sizes])
      return referenceEngine.compile(program, options)
    },
  }
  await checkConformance(collecting, { runs: 1 })()
  return seen
}

describe('the sizes of values in a lowered graph', () => {
  it('of outputs are those that the program declares, whatever its primitives', async () => {
    const programs = await conformancePrograms()
    expect(programs.length).toBeGreaterThan(100)
    let compared = 0
    for (const [program, sizes] of programs) {
      const lowered = lowerProgram(program, sizes, processorDialect)
      // Some checks compile programs that must be refused.
      if (E.isLeft(lowered)) continue
      const { graph, inputs, parameters, outputs } = lowered.right
      const given = new Map(
        [...inputs, ...parameters].map((port) => [port.name, declaredSize(valueInfo(port))]),
      )
      const found = valueSizes({ node: graph.nodes, initializer: graph.constants }, given)
      for (const port of Object.values(outputs)) {
        expect(
          found.get(port.name),
          JSON.stringify(
            graph.nodes.map(({ opType, input }) => [
              opType,
              input,
              input.map((name) => found.get(name)?.shape),
            ]),
          ),
        ).toEqual(declaredSize(valueInfo(port)))
        compared += 1
      }
    }
    expect(compared).toBeGreaterThan(100)
  }, 120_000)
})
