#!/usr/bin/env node
/** The `adclip` command. */
import { Command } from 'commander'
import { registerAblate } from './commands/ablate.js'
import { registerConvert } from './commands/convert.js'
import { registerCost } from './commands/cost.js'
import { registerDemo, registerDemoClip } from './commands/demo.js'
import { registerEngines } from './commands/engines.js'
import { registerEvaluate } from './commands/evaluate.js'
import { registerFetch } from './commands/fetch.js'
import { registerInspect } from './commands/inspect.js'
import { registerExport } from './commands/export.js'
import { registerLawsCommand } from './commands/laws.js'
import { registerParity } from './commands/parity.js'
import { registerPretrain } from './commands/pretrain.js'
import { registerReport } from './commands/report.js'
import { registerSelect } from './commands/select.js'
import { registerStatus } from './commands/status.js'
import { registerSubmit } from './commands/submit.js'
import { registerTable } from './commands/table.js'
import { registerTokenize } from './commands/tokenize.js'
import { registerTrain } from './commands/train.js'
import { withInertOutput } from './output.js'
import { endWhereOutputFails } from './output-failures.js'
import { exitCodes } from './run-effect.js'
import { version } from './version.js'

const cli = withInertOutput(new Command('adclip'))
  .description('Adapts a CLIP from a labelled domain of images to an unlabelled one, by prompts (AD-CLIP).')
  .version(version)
  .showHelpAfterError('(add --help for the options)')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : exitCodes.failed)
  })

registerDemo(cli)
registerDemoClip(cli)
registerPretrain(cli)
registerTrain(cli)
registerEvaluate(cli)
registerTable(cli)
registerAblate(cli)
registerSubmit(cli)
registerStatus(cli)
registerParity(cli)
registerTokenize(cli)
registerFetch(cli)
registerInspect(cli)
registerConvert(cli)
registerLawsCommand(cli)
registerEngines(cli)
registerCost(cli)
registerExport(cli)
registerReport(cli)
registerSelect(cli)

endWhereOutputFails()
await cli.parseAsync()
