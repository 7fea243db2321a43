/** Asks a script in Python, where there is a Python. */
import { spawn } from 'node:child_process'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'

/** Why there is no answer on a machine without Python. */
export const noPython = 'there is no Python'

const output = async (command: string, options: readonly string[], text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const process = spawn(command, options, { stdio: ['pipe', 'pipe', 'pipe'] })
    const [said, complained] = [new Array<string>(), new Array<string>()]
    process.stdout.setEncoding('utf8').on('data', (part: string) => said.push(part))
    process.stderr.setEncoding('utf8').on('data', (part: string) => complained.push(part))
    process.on('error', reject)
    process.stdin.on('error', reject)
    process.on('close', (code) =>
      code === 0 ? resolve(said.join('')) : reject(new Error(complained.join(''))),
    )
    process.stdin.end(text)
  })

/** What a command prints on its standard output, given text on its standard input. Left: why it printed nothing. */
export const askPython = (
  [command, options]: readonly [string, readonly string[]],
  text: string,
): TE.TaskEither<string, string> =>
  pipe(
    TE.tryCatch(() => output(command, options, text), String),
    TE.mapLeft((problem) => (problem.includes('ENOENT') ? noPython : problem)),
  )
