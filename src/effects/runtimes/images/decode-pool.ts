/**
 * Decoding in worker threads. Resampling is arithmetic in JavaScript, and an engine's run holds the main thread: only
 * another thread makes images while an engine runs.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Failure } from '../../failure.js'
import type { DecodedImages, ImageRequest, Payload } from '../../instruction.js'
import { joinRows, pickRows } from '../../../values/rows.js'
import type { DecodingAnswer, DecodingJob } from './decode-worker.js'

type Decode = (payload: Payload<'decodeImages'>) => TaskEither<Failure, DecodedImages>

/** A thread; it answers `undefined` where it has died. */
interface DecodingWorker {
  readonly decode: (job: DecodingJob) => Promise<DecodingAnswer | undefined>
}

/** Starts a thread. It keeps the process alive only as long as it has work. */
const startWorker = (script: URL): DecodingWorker => {
  const worker = new Worker(script)
  const waiting: ((answer: DecodingAnswer | undefined) => void)[] = []
  let alive = true
  const settle = (answer: DecodingAnswer | undefined): void => {
    waiting.shift()?.(answer)
    if (waiting.length === 0) worker.unref()
  }
  const die = (): void => {
    alive = false
    while (waiting.length > 0) settle(undefined)
  }
  worker.unref()
  worker.on('message', (answer: DecodingAnswer) => settle(answer))
  worker.on('error', die)
  worker.on('exit', die)
  return {
    decode: (job) =>
      alive
        ? new Promise((resolve) => {
            waiting.push(resolve)
            worker.ref()
            worker.postMessage(job, [])
          })
        : Promise.resolve(undefined),
  }
}

/** Some of the requests, with their positions among all. */
interface Share {
  readonly requests: readonly ImageRequest[]
  readonly positions: readonly number[]
}

/** Deals requests out file by file, so that each file is decoded once. */
const deal = (requests: readonly ImageRequest[], count: number): readonly Share[] => {
  const files = new Map<string, number>()
  const owner = requests.map(({ path }) => {
    const file = files.get(path) ?? files.size
    files.set(path, file)
    return file % count
  })
  return Array.from({ length: Math.min(count, files.size) }, (_, part) => {
    const positions = requests.map((_each, position) => position).filter((at) => owner[at] === part)
    return { requests: positions.flatMap((at) => requests[at] ?? []), positions }
  })
}

/** Some of the requests, and what they were decoded to. */
interface Part {
  readonly share: Share
  readonly decoded: DecodedImages
}

const place = ({ positions }: Share, at: number): number => positions[at] ?? 0

const isBroken = ({ failure }: DecodedImages['failures'][number]): boolean => failure.tag === 'ImageBroken'

/** The broken files of a part, each a share of its own. */
const brokenFiles = ({ share, decoded: { failures } }: Part): readonly Share[] => {
  const positions = failures.filter(isBroken).map(({ position }) => position)
  const paths = [...new Set(positions.flatMap((at) => share.requests[at]?.path ?? []))]
  return paths.map((path) => {
    const views = positions.filter((at) => share.requests[at]?.path === path)
    return {
      requests: views.flatMap((at) => share.requests[at] ?? []),
      positions: views.map((at) => place(share, at)),
    }
  })
}

const withoutBroken = ({ share, decoded }: Part): Part => ({
  share,
  decoded: { ...decoded, failures: decoded.failures.filter((failure) => !isBroken(failure)) },
})

/** What the parts were decoded to, as if it had been done in one go. */
const gather = (parts: readonly Part[]): DecodedImages => {
  const rows = parts.flatMap(({ share, decoded }) => decoded.positions.map((at) => place(share, at)))
  const order = [...rows.keys()].toSorted((a, b) => (rows[a] ?? 0) - (rows[b] ?? 0))
  return {
    images: pickRows(joinRows(parts.map(({ decoded }) => decoded.images)), order),
    positions: order.map((row) => rows[row] ?? 0),
    failures: parts
      .flatMap(({ share, decoded }) =>
        decoded.failures.map(({ position, failure }) => ({ position: place(share, position), failure })),
      )
      .toSorted((a, b) => a.position - b.position),
  }
}

/** Starting threads takes as long as decoding about this many photos. */
const fewestFiles = 8

/** As many threads as there are processors, up to this: each holds some 50 MB. */
const mostWorkers = 4

/**
 * Decodes images in threads, which are started when first needed; few images in the main thread, by `inMainThread`.
 * Files are read from the system's disk. The result is the same as in one thread: what a thread that has died leaves
 * undone is done in the main one. A file that is broken is decoded once more, while no other is: the decoder keeps the
 * words of all errors of a process in one place. So lists of requests are worked on one after the other.
 */
export const decodeInWorkers = (
  inMainThread: Decode,
  {
    script = new URL('./decode-worker.js', import.meta.url),
    workers = Math.min(availableParallelism(), mostWorkers),
  }: { readonly script?: URL; readonly workers?: number } = {},
): Decode => {
  let crew: readonly DecodingWorker[] | undefined

  const inThreads = async ({
    requests,
    transform,
  }: Payload<'decodeImages'>): Promise<E.Either<Failure, DecodedImages>> => {
    crew ??= Array.from({ length: workers }, () => startWorker(script))
    const threads = crew
    const decode = async (share: Share, thread: number): Promise<E.Either<Failure, Part>> => {
      const job = { requests: share.requests, transform }
      const answer = (await threads[thread]?.decode(job)) ?? (await inMainThread(job)())
      return E.map((decoded: DecodedImages): Part => ({ share, decoded }))(answer)
    }
    const outcomes = await Promise.all(deal(requests, threads.length).map(decode))
    const parts = E.sequenceArray(outcomes)
    if (E.isLeft(parts)) return parts
    const again: E.Either<Failure, Part>[] = []
    for (const share of parts.right.flatMap(brokenFiles)) again.push(await decode(share, 0))
    return E.map((alone: readonly Part[]) => gather([...parts.right.map(withoutBroken), ...alone]))(
      E.sequenceArray(again),
    )
  }

  let last: Promise<unknown> = Promise.resolve()
  return (payload) => () => {
    const few = new Set(payload.requests.map(({ path }) => path)).size < fewestFiles
    const outcome = last.then(() => (few ? inMainThread(payload)() : inThreads(payload)))
    last = outcome
    return outcome
  }
}
