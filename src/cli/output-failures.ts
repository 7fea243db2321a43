/** What becomes of output that cannot be written. Node.js says so to whoever listens; to nobody it says nothing, or crashes. */
import { explain } from '../effects/index.js'
import { codeOf } from '../effects/runtimes/system-error.js'
import { exitCodes } from './run-effect.js'

/**
 * Ends the process when standard output cannot be written: quietly where its reader has seen enough (`| head`), and in
 * plain words otherwise (a full disk). A message for standard error that nobody reads is no reason to end.
 */
export const endWhereOutputFails = (): void => {
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', (error) => {
    if (codeOf(error) === 'EPIPE') process.exit()
    console.error(
      `adclip: ${explain({ tag: 'FileRefused', path: 'standard output', action: 'write', reason: error.message })}`,
    )
    process.exit(exitCodes.failed)
  })
}
