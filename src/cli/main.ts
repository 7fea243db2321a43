#!/usr/bin/env node
/** The `adclip` command. */
import { Command } from 'commander'
import { addCommands } from './command-list.js'
import { withInertOutput } from './output.js'
import { endWhereOutputFails } from './output-failures.js'
import { exitCodes } from './exit-codes.js'
import { version } from './version.js'

const cli = withInertOutput(new Command('adclip'))
  .description('Adapts a CLIP from a labelled domain of images to an unlabelled one, by prompts (AD-CLIP).')
  .version(version)
  .showHelpAfterError('(add --help for the options)')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : exitCodes.failed)
  })

endWhereOutputFails()
const words = process.argv.slice(2)
await addCommands(cli, words)
if (words.some((word) => word.startsWith('--config'))) {
  const { parseConfigured } = await import('./parse-configured.js')
  await parseConfigured(cli, words)
} else await cli.parseAsync(words, { from: 'user' })
