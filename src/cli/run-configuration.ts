/** Commands that train: a configuration from options, run on the chosen engine with CLIP's tokenizer. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import type { Effect } from '../effects/index.js'
import type { Precision } from '../engines/precision.js'
import type { Tokenizer } from '../model/tokenizer/tokenizer.js'
import { withTokenizer } from './clip-tokenizer.js'
import type { EngineChoices } from './options/engine-option.js'
import { loadEngine, withoutEngine } from './options/engine-option.js'
import type { CommandFailure } from './explain-failure.js'
import { printResult } from './output.js'
import { failWith, runEffect } from './run-effect.js'

/** Runs the effect of a configuration and shows its result, or says why the options make no configuration. */
export const runConfiguration = async <Configuration, A>(
  command: Command,
  options: EngineChoices & { readonly precision: Precision },
  configuration: E.Either<CommandFailure, Configuration>,
  effectOf: (configuration: Configuration, tokenizer: Tokenizer) => Effect.Effect<A>,
  show: (result: A) => void,
): Promise<void> => {
  if (E.isLeft(configuration)) failWith(command, configuration.left)
  else {
    await withTokenizer(command, async (tokenizer) =>
      runEffect(
        command,
        await loadEngine(options, options.precision),
        effectOf(configuration.right, tokenizer),
        show,
      ),
    )
  }
}

/** Checks what can be checked of a configuration before it is run, and prints the line that the effect gives; nothing is computed. */
export const rehearseConfiguration = async <Configuration>(
  command: Command,
  configuration: E.Either<CommandFailure, Configuration>,
  effectOf: (configuration: Configuration) => Effect.Effect<string>,
): Promise<void> => {
  if (E.isLeft(configuration)) failWith(command, configuration.left)
  else await runEffect(command, withoutEngine, effectOf(configuration.right), printResult)
}
