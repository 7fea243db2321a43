/** An engine that writes every program as an ONNX file, reads the file again, and evaluates what it has read. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Engine } from '../../src/engines/engine.js'
import type { EngineFailure } from '../../src/engines/failure.js'
import { explainFault } from '../../src/dsl/fault.js'
import { fromOnnx } from '../../src/engines/onnx/from-onnx.js'
import { explainOnnxFault } from '../../src/engines/onnx/import/fault.js'
import { toOnnx } from '../../src/engines/onnx/to-onnx.js'
import { referenceEngine } from '../../src/engines/reference/engine.js'
import * as R from '../../src/values/record.js'

const failed = (reason: string): EngineFailure => ({
  tag: 'EngineFailed',
  engine: 'models read again',
  stage: 'compile',
  reason,
  advice: 'see the reason',
})

/** Parameters of the program become inputs of the file, so the run gives them as inputs. */
export const reimportedModelEngine: Engine = {
  name: 'models read again',
  compile: (program, { sizes, weights, state }) =>
    pipe(
      toOnnx(program, { sizes }),
      E.chain((bytes) =>
        pipe(
          fromOnnx(bytes),
          E.mapLeft((fault) =>
            failed(fault.tag === 'OnnxFault' ? explainOnnxFault(fault) : explainFault(fault)),
          ),
        ),
      ),
      TE.fromEither,
      TE.chain((read) =>
        pipe(
          referenceEngine.compile(read.program, { sizes, weights: read.weights, state: [] }),
          TE.map((executable) => ({ read, executable })),
        ),
      ),
      TE.map(({ read, executable }) => {
        const names = Object.keys(read.program.outputs)
        const wanted = new Set(read.program.declared)
        return {
          ...executable,
          run: (inputs) =>
            pipe(
              executable.run(
                R.filterWithIndex((name: string) => wanted.has(name))({ ...weights, ...inputs }),
              ),
              // An output that has the name of an input has another one in the file.
              TE.map((values) =>
                Object.fromEntries(
                  Object.keys(program.outputs).flatMap((name, i) => {
                    const value = values[names[i] ?? '']
                    return value === undefined ? [] : [[name, value] as const]
                  }),
                ),
              ),
            ),
          readState: () =>
            TE.right(Object.fromEntries(state.map(({ parameter, initial }) => [parameter, initial]))),
          writeState: () => TE.right(undefined),
        }
      }),
    ),
}
