/** Reading a command line whose options may come from a file, too. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { configurationFileIn, withConfigurationFile } from './options/configuration-file.js'
import { failWith } from './run-effect.js'

/** Runs the command that words name, with the options of the file that they name, if they name one. */
export const parseConfigured = async (cli: Command, words: readonly string[]): Promise<void> => {
  const file = configurationFileIn(words)
  const command = cli.commands.find((each) => each.name() === words[0])
  const all =
    file === undefined || command === undefined
      ? E.right(words)
      : await withConfigurationFile(words, file, command)
  if (E.isLeft(all)) failWith(command ?? cli, all.left)
  else await cli.parseAsync([...all.right], { from: 'user' })
}
