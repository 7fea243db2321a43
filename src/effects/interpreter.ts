/** The one interpreter: turns the description of a procedure into a task over a runtime. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ReaderTaskEither } from 'fp-ts/lib/ReaderTaskEither.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { forAnySizes } from '../engines/any-sizes.js'
import * as Effect from './effect.js'
import type { Failure } from './failure.js'
import { imageQueue } from './image-queue.js'
import type { InstructionName, Payload, InstructionResult } from './instruction.js'
import type { Runtime } from './runtime.js'

type Handlers = {
  readonly [K in InstructionName]: (
    runtime: Runtime,
    payload: Payload<K>,
  ) => TaskEither<Failure, InstructionResult<K>>
}

/** Lets time pass; fails if the user has asked to stop by then. */
const unlessInterrupted = (
  { interrupted }: Runtime,
  passing: () => Promise<void>,
): TaskEither<Failure, void> =>
  pipe(
    TE.fromTask(passing),
    TE.filterOrElseW(
      () => !interrupted(),
      (): Failure => ({ tag: 'Interrupted', by: 'signal' }),
    ),
  )

/** Each instruction's meaning. */
const handlers: Handlers = {
  readFile: ({ files }, { path }) => files.readFile(path),
  readRange: ({ files }, { path, offset, length }) => files.readRange(path, offset, length),
  writeFile: ({ files }, { path, chunks }) => files.writeFile(path, chunks),
  appendBytes: ({ files }, { path, bytes }) => files.appendBytes(path, bytes),
  moveFile: ({ files }, { from, to }) => files.moveFile(from, to),
  hashFile: ({ files }, { path, kind }) => files.hashFile(path, kind),
  appendLine: ({ files }, { path, line }) => files.appendLine(path, line),
  listFolder: ({ files }, { path }) => files.listFolder(path),
  makeFolder: ({ files }, { path }) => files.makeFolder(path),
  pathStatus: ({ files }, { path }) => files.pathStatus(path),
  remove: ({ files }, { path }) => files.remove(path),
  lockFolder: ({ files }, { path }) => files.lockFolder(path),
  unlockFolder: ({ files }, { path }) => files.unlockFolder(path),
  isFolderLocked: ({ files }, { path }) => files.isFolderLocked(path),
  listHub: ({ hub }, repository) => hub.list(repository),
  readHub: ({ hub }, payload) => hub.read(payload),
  decodeImages: ({ decodeImages }, payload) => decodeImages(payload),
  openImages: ({ decodeImages }, payload) => TE.fromIO(() => imageQueue(decodeImages, payload)),
  nextImages: (_, { queue, chunk }) => queue.next(chunk),
  closeImages: (_, { queue }) => TE.fromIO(queue.close),
  renderDrawing: ({ renderDrawing }, { svg }) => renderDrawing(svg),
  makeThumbnail: ({ makeThumbnail }, payload) => makeThumbnail(payload),
  now: ({ now }) => TE.fromIO(now),
  residentMemory: ({ residentMemory }) => TE.fromIO(residentMemory),
  printLine: ({ printLine }, { line }) => TE.fromIO(() => printLine(line)),
  reportProgress: ({ reportProgress }, progress) => TE.fromIO(() => reportProgress(progress)),
  compile: ({ engine }, { program, options, resizable = false }) =>
    (resizable ? forAnySizes(engine) : engine).compile(program, options),
  run: (_, { executable, inputs }) => executable.run(inputs),
  readState: (_, { executable }) => executable.readState(),
  writeState: (_, { executable, values }) => executable.writeState(values),
  dispose: (_, { executable }) => executable.dispose(),
  yieldControl: (runtime) => unlessInterrupted(runtime, runtime.yieldControl),
  pause: (runtime, { milliseconds }) => unlessInterrupted(runtime, () => runtime.pause(milliseconds)),
}

/** A run that was stopped as if the process had died: nothing further happens, not even what handles failures. */
interface Halted {
  readonly tag: 'Halted'
  readonly failure: Failure
}

/** What remains of a procedure, at once or later. */
type Remaining<A> = Effect.Effect<A> | Promise<Effect.Effect<A> | Halted>

/** Generic in the instruction's name, so that the payload and the handler are known to belong together. */
const handle = <A, K extends InstructionName>(
  runtime: Runtime,
  { name, payload, answer }: Effect.Perform<A, K>,
): TaskEither<Failure, A> => pipe(handlers[name](runtime, payload), TE.map(answer))

const execute = async <A>(
  runtime: Runtime,
  request: Effect.Perform<A>,
): Promise<Effect.Effect<A> | Halted> => {
  const verdict = runtime.intercept(request)
  if (verdict.tag === 'Halt') return { tag: 'Halted', failure: verdict.failure }
  if (verdict.tag === 'Fail') return Effect.left(verdict.failure)
  return Effect.fromEither(await handle(runtime, request)())
}

/**
 * One step of `first` followed by `next`. A chain nested to the left is turned to the right, so that nothing recurses
 * however deep the nesting.
 */
const advance = <X, A>(
  runtime: Runtime,
  first: Effect.Effect<X>,
  next: (outcome: E.Either<Failure, X>) => Effect.Effect<A>,
): Remaining<A> => {
  if (first.tag === 'Done') return next(first.outcome)
  if (first.tag === 'Followed')
    return first.match((inner, innerNext) =>
      Effect.followedBy(inner, (outcome) => Effect.followedBy(innerNext(outcome), next)),
    )
  return execute(runtime, first).then((result) =>
    result.tag === 'Halted' ? result : Effect.followedBy(result, next),
  )
}

/**
 * Runs a procedure. The task never rejects for anything that a `Failure` can describe.
 *
 * @example
 * const outcome = await interpret(readFile('clip.safetensors'))(nodeRuntime(engine, silentTerminal))()
 */
export const interpret =
  <A>(effect: Effect.Effect<A>): ReaderTaskEither<Runtime, Failure, A> =>
  (runtime) =>
  async () => {
    let remaining: Effect.Effect<A> | Halted = effect
    for (;;) {
      if (remaining.tag === 'Done') return remaining.outcome
      if (remaining.tag === 'Halted') return E.left(remaining.failure)
      const taken: Remaining<A> =
        remaining.tag === 'Followed'
          ? remaining.match<Remaining<A>>((first, next) => advance(runtime, first, next))
          : execute(runtime, remaining)
      remaining = taken instanceof Promise ? await taken : taken
    }
  }
