/**
 * A checking process: loads an engine, and runs checks and cases on it as it is told by messages. It may crash, hang, or take all
 * memory: the process that started it limits it.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Case } from '../engine-conformance/agreement.js'
import { checkStart } from '../engine-conformance/start.js'
import type { Engine } from '../engines/engine.js'
import { describeEngineFailure } from '../engines/explain.js'
import { filesOfCase } from './case-files.js'
import { loadEngine } from './engine-source.js'
import { readFinding } from './finding-folder.js'
import type { Checked } from './in-process.js'
import { runCheck, runStored } from './in-process.js'
import type { Replayed } from './replay.js'
import type { Answer, Started } from './task.js'
import { ProcessSettings, Task } from './task.js'

const send = (message: Answer | Started): void => void process.send?.(message)

const collectGarbage: unknown = Reflect.get(globalThis, 'gc')

/** The process is started so that it can collect garbage. */
const heldBytes = (): number => {
  if (typeof collectGarbage === 'function') collectGarbage()
  return process.memoryUsage.rss()
}

/** Writes a case before it is computed, in one go: after it, this process may be no more. */
const noteIn =
  (folder: string) =>
  (of: Case): void => {
    const files = filesOfCase(of)
    // A check that gives values which fit no shape has no case that can be stored.
    if (E.isLeft(files)) return
    mkdirSync(folder, { recursive: true })
    for (const [name, bytes] of Object.entries(files.right)) writeFileSync(join(folder, name), bytes)
  }

const answerOf = (checked: Checked | Replayed): Answer => {
  if (checked === 'left out') return { done: false }
  const { deviation, ...figures } = checked
  return { done: true, ...figures, ...(deviation === undefined ? {} : { deviation }) }
}

const answerTo = async (engine: Engine, task: Task): Promise<Answer> => {
  if ('check' in task)
    return answerOf(await runCheck(engine, task.check, { ...task.options, heldBytes }, noteIn(task.noted)))
  const stored = await readFinding(task.replay)()
  return E.isLeft(stored)
    ? { done: true, deviation: stored.left }
    : answerOf(await runStored(engine, stored.right, { heldBytes }))
}

/** Loads the engine that the process was started with, and answers its messages one after the other. */
const serve = async ({ source }: ProcessSettings): Promise<void> => {
  const loaded = await pipe(
    loadEngine(source),
    // The file itself runs one model, with its own inputs.
    TE.chainFirst(({ engine }) => ('file' in source ? TE.right(undefined) : checkStart(engine))),
  )()
  if (E.isLeft(loaded)) {
    const { what, advice } = describeEngineFailure(loaded.left)
    send({ what, advice })
    return
  }
  const { engine, version } = loaded.right
  let before = Promise.resolve()
  process.on('message', (message) => {
    before = before.then(async () => {
      const task = Task.decode(message)
      send(E.isRight(task) ? await answerTo(engine, task.right) : { done: false })
    })
  })
  send({ engine: engine.name, version })
}

/** Whoever started it is gone. */
process.on('disconnect', () => process.exit())

const settings = pipe(
  E.tryCatch((): unknown => JSON.parse(process.argv[2] ?? ''), String),
  E.chainW((given) => ProcessSettings.decode(given)),
)
if (E.isRight(settings)) await serve(settings.right)
else process.exitCode = 2
