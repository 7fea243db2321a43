/**
 * All that the command prints passes here. Names of classes, files, tensors and repositories are in it, and are made inert:
 * no other file of the command writes to a stream, which the lint rules check.
 */
import type { Command } from 'commander'
import { inertJson, inertLines } from '../effects/printable.js'

/** Prints a result on standard output. */
export const printResult = (text: string): void => console.log(inertLines(text))

/** Prints a result on standard output as one line of JSON. */
export const printJson = (value: unknown): void => console.log(inertJson(value))

/** Prints what is no result on standard error: failures, warnings, what is being done. */
export const printNotice = (text: string): void => console.error(inertLines(text))

/** Clears the line of the cursor, on standard error. */
export const clearLine = (): void => void process.stderr.write('\r\u001B[K')

/** Lets the help and the mistakes of a command line, which repeat what was typed, pass here, too. */
export const withInertOutput = (cli: Command): Command =>
  cli.configureOutput({
    writeOut: (text) => process.stdout.write(inertLines(text)),
    writeErr: (text) => process.stderr.write(inertLines(text)),
  })
