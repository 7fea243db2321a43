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
await addCommands(cli, process.argv.slice(2))
await cli.parseAsync()
