/**
 * Tries engines, each in a process of its own: native libraries write to the terminal, and some end the process if a
 * driver is broken.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { EngineName } from '../engines/catalogue.js'
import { EngineTrial, failed } from '../engines/trial/try-engine.js'

/** The command of this package. */
const script = fileURLToPath(new URL('main.js', import.meta.url))
const patience = 120_000

interface Ended {
  readonly stdout: string
  readonly signal: NodeJS.Signals | undefined
}

const endOf = (args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { timeout: patience }, (error, stdout) =>
      resolve({ stdout, signal: error?.signal ?? undefined }),
    )
  })

const brokenOff = (name: EngineName, signal: string | undefined): EngineTrial =>
  failed(name, {
    what: signal === undefined ? 'trying it gave no answer' : `its process ended with ${signal}`,
    advice: 'see what it writes: adclip engines --try ' + name,
  })

/** The result of trying an engine, read from the JSON that `adclip engines --try` prints. */
const engineTrial = async (name: EngineName): Promise<EngineTrial> => {
  const { stdout, signal } = await endOf(['engines', '--try', name])
  return pipe(
    E.tryCatch((): unknown => JSON.parse(stdout), String),
    E.chainW((report) => EngineTrial.decode(report)),
    E.getOrElse(() => brokenOff(name, signal)),
  )
}

/** Tries engines one after the other, so that they do not slow each other down. */
export const engineTrials = async (names: readonly EngineName[]): Promise<readonly EngineTrial[]> => {
  const trials: EngineTrial[] = []
  for (const name of names) trials.push(await engineTrial(name))
  return trials
}
