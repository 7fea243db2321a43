/** `adclip status`: how far the runs of a study that was submitted are, by its folder and by its scheduler. */
import type { Command } from 'commander'
import { askScheduler } from '../jobs/ask-scheduler.js'
import { statusLines } from '../jobs/status-lines.js'
import type { StudyView } from '../jobs/study-view.js'
import { studyView } from '../jobs/study-view.js'
import { withoutEngine } from '../options/engine-option.js'
import { printNotice, printResult } from '../output.js'
import { runEffect } from '../run-effect.js'

const showStatus = async (view: StudyView): Promise<void> => {
  const { output, notes } = statusLines(view, await askScheduler(view.submission, view.numbers)())
  for (const note of notes) printNotice(note)
  printResult(output.join('\n'))
}

export const defineStatus = (definition: Command): void => {
  definition
    .argument('<dir>', 'the folder of the study: its --out')
    .action((directory: string, _options: object, command: Command) =>
      runEffect(command, withoutEngine, studyView(directory), showStatus),
    )
}
