/** Handles output that cannot be written. Without a listener, Node.js ignores the error or crashes. */
import { explain } from '../effects/explain.js'
import { codeOf } from '../effects/runtimes/system-error.js'
import { exitCodes } from './exit-codes.js'
import { printNotice } from './output.js'

/**
 * Ends the process if standard output cannot be written: silently if its reader has closed it (`| head`), with a message
 * otherwise (a full disk). Errors of standard error are ignored.
 */
export const endWhereOutputFails = (): void => {
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', (error) => {
    if (codeOf(error) === 'EPIPE') process.exit()
    printNotice(
      `adclip: ${explain({ tag: 'FileRefused', path: 'standard output', action: 'write', reason: error.message })}`,
    )
    process.exit(exitCodes.failed)
  })
}
