/** `--resume` and `--overwrite`: what is done with what a command finds where it writes. */
import { Option } from 'commander'
import type { Command } from 'commander'
import type { RunStart } from '../../training/index.js'

/** As the options are given. */
export interface StartChoices {
  readonly resume?: true | 'if-there'
  readonly overwrite: boolean
}

export const overwriteOption = (description: string): Option =>
  new Option('--overwrite', description).default(false)

/** Adds the options of a command that makes a run in `--out`. */
export const addStartOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--resume [if-there]',
        'go on from the last checkpoint in --out; with if-there, begin where there is none',
      ).choices(['if-there']),
    )
    .addOption(overwriteOption('remove the run that is in --out, and begin anew').conflicts('resume'))

export const dryRunOption = (): Option =>
  new Option(
    '--dry-run',
    'read the inputs, check what can be checked, print what the run would begin with; write nothing',
  ).default(false)

/** How the run starts. */
export const startOf = ({ resume, overwrite }: StartChoices): RunStart => {
  if (overwrite) return 'overwrite'
  if (resume === undefined) return 'new'
  return resume === true ? 'resume' : 'resumeOrNew'
}
