/** The scripts in Python that make and check CLIPs, where `python3`, or what `BENCH_PYTHON` names, has the libraries. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { failure } from 'io-ts/lib/PathReporter.js'
import { inPackage, pythonScript } from '../../../bench/peer-command.js'

const named = { clip: t.string, convention: t.string }

const Checked = t.array(
  t.union([
    t.type({ ...named, tag: t.literal('Loaded'), image: t.number, text: t.number }),
    t.type({ ...named, tag: t.literal('Failed'), reason: t.string }),
  ]),
)

/** A converted CLIP as the library of its convention loads it: how far its features are, or why it cannot be loaded. */
export type CheckedClip = t.TypeOf<typeof Checked>[number]

const execute = promisify(execFile)

/** What a command writes to its standard output. Left: what it writes to its standard error, or why it does not start. */
const output = (command: string, options: readonly string[]): TE.TaskEither<string, string> =>
  TE.tryCatch(async () => {
    const { stdout } = await execute(command, options, { maxBuffer: 2 ** 28 })
    return stdout
  }, String)

const script = (name: 'make.py' | 'check.py', ...options: readonly string[]): TE.TaskEither<string, string> =>
  output(...pythonScript(inPackage('test', 'formats', 'peers', name), ...options))

/** Why CLIPs cannot be compared here; undefined where Python has the libraries. */
export const missingLibraries = async (): Promise<string | undefined> => {
  const [command] = pythonScript('')
  const outcome = await output(command, ['-c', 'import open_clip, transformers, torchvision'])()
  return E.isRight(outcome)
    ? undefined
    : `${command} has no open_clip, transformers and torchvision: scripts/python-peers.sh installs them`
}

/** `small` CLIPs can be kept in a repository; of the `full` ones three have their published sizes. */
export type Size = 'small' | 'full'

/** Makes CLIPs, texts and images in a folder that does not exist yet. Left: what Python says. */
export const makeIn = (folder: string, size: Size): TE.TaskEither<string, string> =>
  script('make.py', folder, size)

/** Loads each `converted/CLIP/CONVENTION` strictly, and compares its features with those of `made`. */
export const checkConverted = (
  made: string,
  converted: string,
): TE.TaskEither<string, readonly CheckedClip[]> =>
  pipe(
    script('check.py', made, converted),
    TE.flatMapEither((said) => E.tryCatch((): unknown => JSON.parse(said), String)),
    TE.flatMapEither((said) =>
      E.mapLeft((errors: t.Errors) => `check.py says something else: ${failure(errors)[0] ?? ''}`)(
        Checked.decode(said),
      ),
    ),
  )
