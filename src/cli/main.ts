#!/usr/bin/env node
/** The `adclip` command. */
import { Command } from 'commander'
import { registerParity } from './commands/parity.js'
import { exitCodes } from './run-effect.js'

const cli = new Command('adclip')
  .description('Adapts a CLIP from a labelled domain of images to an unlabelled one, by prompts (AD-CLIP).')
  .version('0.1.0')
  .showHelpAfterError()
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : exitCodes.failed)
  })

registerParity(cli)

await cli.parseAsync()
