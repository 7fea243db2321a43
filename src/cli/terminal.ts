/** The user's terminal: lines, progress, and ctrl-C. */
import { Presets, SingleBar } from 'cli-progress'
import type { Terminal } from '../effects/index.js'
import type { StopSignal } from '../effects/index.js'
import { stopOnSignal, stopSignals } from '../effects/index.js'
import { fieldsText, progressLines } from './progress-lines.js'
import { inert } from '../effects/printable.js'
import { clearLine, printNotice } from './output.js'

/** The exit code of a process that a signal stops, as shells give it: 128 and the number of the signal. */
export const exitCodeOfSignal: Readonly<Record<StopSignal, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
}

/** A terminal of a command. */
export interface CommandTerminal extends Terminal {
  /** Takes the progress bar away and gives the terminal back as it was. A bar that stays keeps the process alive. */
  readonly end: () => void
}

/** Progress on standard error, so that standard output holds only results: a bar on a terminal, else lines of a log. */
const progressBar = (): Omit<CommandTerminal, 'stop'> => {
  if (!process.stderr.isTTY) {
    return {
      printLine: printNotice,
      reportProgress: progressLines(printNotice, () => performance.now()),
      end: () => undefined,
    }
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
  const end = (): void => {
    shown?.bar.stop()
    shown = undefined
  }
  return {
    // The bar is drawn again below the line.
    printLine: (line) => {
      if (shown !== undefined) clearLine()
      printNotice(line)
    },
    reportProgress: ({ label: name, done, total, fields }) => {
      const label = inert(name)
      if (shown !== undefined && shown.label !== label) end()
      const bar = shown?.bar ?? open(label, total)
      bar.update(done, { label, fields: inert(fieldsText(fields)) })
      if (done >= total) end()
    },
    end,
  }
}

/**
 * The terminal that this process runs in. The first signal asks the run to stop, which finishes its step and saves; the
 * second ends the process at once, and leaves the terminal as it was.
 */
export const userTerminal = (): CommandTerminal => {
  const stop = stopOnSignal()
  const shown = progressBar()
  for (const signal of stopSignals) {
    // Asked before the listener of `stopOnSignal`, so at the first signal the run is not yet asked to stop.
    process.prependListener(signal, () => {
      if (!stop.aborted) return
      shown.end()
      process.exit(exitCodeOfSignal[signal])
    })
  }
  return { ...shown, stop }
}
