/** The user's terminal: lines, progress, and ctrl-C. */
import { Presets, SingleBar } from 'cli-progress'
import type { Terminal } from '../effects/index.js'
import { stopOnSignal } from '../effects/index.js'
import { fieldsText, progressLines } from './progress-lines.js'

/** Progress on standard error, so that standard output holds only results: a bar on a terminal, else lines of a log. */
const progressBar = (): Pick<Terminal, 'reportProgress' | 'printLine'> => {
  if (!process.stderr.isTTY) {
    const printLine = (line: string): void => console.error(line)
    return { printLine, reportProgress: progressLines(printLine, () => performance.now()) }
  }
  let shown: { readonly bar: SingleBar; readonly label: string } | undefined
  const open = (label: string, total: number): SingleBar => {
    const bar = new SingleBar(
      { format: '{label} {bar} {value}/{total}  {fields}  {eta_formatted} left', stream: process.stderr },
      Presets.shades_classic,
    )
    bar.start(total, 0, { label, fields: '' })
    shown = { bar, label }
    return bar
  }
  return {
    printLine: (line) => console.error(line),
    reportProgress: ({ label, done, total, fields }) => {
      if (shown !== undefined && shown.label !== label) {
        shown.bar.stop()
        shown = undefined
      }
      const bar = shown?.bar ?? open(label, total)
      bar.update(done, { label, fields: fieldsText(fields) })
      if (done >= total) {
        bar.stop()
        shown = undefined
      }
    },
  }
}

/** The terminal that this process runs in. */
export const userTerminal = (): Terminal => ({ ...progressBar(), stop: stopOnSignal() })
