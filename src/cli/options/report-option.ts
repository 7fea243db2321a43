/** `--no-report`: whether a command that evaluates a run writes its page. */
import { Option } from 'commander'
import { reportPath } from '../../experiments/adaptation/run-files.js'

export const noReportOption = (): Option =>
  new Option('--no-report', 'write no report.html; `adclip report` writes it later')

/** Where the report of a run is, if it is written. */
export const reportLine = (run: string, written: boolean): readonly string[] =>
  written ? [`report: ${reportPath(run)}`] : []
