/** The precision that a run was trained in. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Failure } from '../effects/index.js'
import { interpret, nodeRuntime, silentTerminal } from '../effects/index.js'
import type { Precision } from '../engines/precision.js'
import { referenceEngine } from '../engines/reference/engine.js'
import { readConfiguration } from '../experiments/adaptation/configuration.js'

export const runPrecision = async (run: string): Promise<E.Either<Failure, Precision>> =>
  pipe(
    await interpret(readConfiguration(run))(nodeRuntime(referenceEngine, silentTerminal))(),
    E.map(({ precision }): Precision => precision ?? 'float32'),
  )
