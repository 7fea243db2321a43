/** Instructions on files, and what each answers: the same on every file system. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../src/effects/effect.js'
import {
  appendBytes,
  appendLine,
  hashFile,
  listFolder,
  makeFolder,
  moveFile,
  pathStatus,
  readFile,
  readRange,
  remove,
  withFolder,
  writeFile,
} from '../../src/effects/operations.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const steps: readonly Effect.Effect<unknown>[] = [
  makeFolder('story/inner'),
  makeFolder('story/inner'),
  writeFile('story/a.txt', [bytes('one '), bytes('two')]),
  readFile('story/a.txt'),
  writeFile('story/a.txt', [bytes('other')]),
  appendLine('story/a.txt', ' line'),
  appendBytes('story/a.txt', bytes('end')),
  readFile('story/a.txt'),
  readRange('story/a.txt', 2, 3),
  readRange('story/a.txt', 2, 300),
  hashFile('story/a.txt', 'sha256'),
  hashFile('story/a.txt', 'git'),
  listFolder('story'),
  listFolder('nowhere'),
  readFile('story/none.txt'),
  readFile('story/inner'),
  writeFile('nowhere/a.txt', [bytes('x')]),
  writeFile('story/inner', [bytes('x')]),
  makeFolder('story/a.txt'),
  writeFile('story/b.txt', [bytes('b')]),
  moveFile('story/a.txt', 'story/b.txt'),
  moveFile('story/none.txt', 'story/c.txt'),
  readFile('story/b.txt'),
  pathStatus('story/a.txt'),
  pathStatus('story/b.txt'),
  pathStatus('story/inner'),
  pathStatus('nowhere/at/all'),
  withFolder('story/inner', pathStatus('story/inner')),
  withFolder('story/inner', pathStatus('story/inner')),
  remove('story/none.txt'),
  remove('story'),
  pathStatus('story/b.txt'),
]

/** Bytes as text; of a failure its kind, for the reasons are each system's own. */
const shown = E.match(
  ({ tag }: { readonly tag: string }) => tag,
  (answer: unknown) =>
    answer instanceof Uint8Array ? new TextDecoder().decode(answer) : (JSON.stringify(answer) ?? 'done'),
)

export const fileStory: Effect.Effect<readonly string[]> = pipe(
  steps,
  Effect.traverseArray((step) => pipe(Effect.attempt(step), Effect.map(shown))),
)
