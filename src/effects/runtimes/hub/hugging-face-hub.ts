/** The Hugging Face Hub, or a mirror of it, through its own client. Its answers are decoded with io-ts. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { decodeProblems } from '../../../dsl/documents/decode-problems.js'
import type { Failure } from '../../failure.js'
import type { HubFile, HubRepository } from '../../instruction.js'
import type { Hub } from '../../runtime.js'
import { loadHubClient } from './hub-client.js'
import type { Fetch, Patience } from './patient-fetch.js'
import { TooLong, limitedFetch, patientFetch } from './patient-fetch.js'

/** Entries as the hub lists them. Files in Git LFS have their SHA-256; the others are named by git's hash. */
const Entries = t.array(
  t.intersection([
    t.type({ type: t.string, path: t.string, size: t.number }),
    t.partial({ oid: t.string, lfs: t.type({ oid: t.string, size: t.number }) }),
  ]),
)

const fileOf = ({ path, size, oid, lfs }: t.TypeOf<typeof Entries>[number]): HubFile => ({
  path,
  size: lfs?.size ?? size,
  hash: lfs === undefined ? { kind: 'git', digits: oid ?? '' } : { kind: 'sha256', digits: lfs.oid },
})

/** The cause of an error of `fetch`, whose own message is always the same. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ')
  return cause instanceof Error ? cause.message : error.message
}

/** An answer with a status below 500 is a refusal; every other error means that the hub could not be reached. */
const hubFailure =
  ({ hub, repository }: HubRepository, stop: AbortSignal) =>
  (error: unknown): Failure => {
    if (stop.aborted) return { tag: 'Interrupted', by: 'signal' }
    return error instanceof TooLong ||
      (error instanceof Error && 'statusCode' in error && Number(error.statusCode) < 500)
      ? { tag: 'HubRefused', hub, asked: repository, reason: error.message }
      : { tag: 'HubUnreachable', hub, reason: reasonOf(error) }
  }

/** More than any list of a model has: a hub that goes on beyond is not one. */
const mostPages = 100
const mostListed = 16 * 2 ** 20

const listEntries = async (
  { hub, repository, revision }: HubRepository,
  fetchOne: Fetch,
): Promise<unknown> => {
  const { listFiles } = await loadHubClient()
  const entries: unknown[] = []
  const location = { repo: repository, revision, hubUrl: hub }
  for await (const entry of listFiles({ ...location, fetch: limitedFetch(fetchOne, mostPages, mostListed) }))
    entries.push(entry)
  return entries
}

/** A file as something whose parts can be read, or nothing if there is none. */
const openFile = async (
  { hub, repository, revision }: HubRepository,
  path: string,
  fetchOne: Fetch,
): Promise<Blob | undefined> => {
  const { downloadFile } = await loadHubClient()
  const blob = await downloadFile({
    repo: repository,
    path,
    revision,
    hubUrl: hub,
    xet: false,
    fetch: fetchOne,
  })
  return blob ?? undefined
}

/** The bytes of a blob; those that have arrived where it breaks off, if there are any. */
const bytesOf = async (blob: Blob, length: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(length)
  let filled = 0
  try {
    for await (const chunk of blob.stream()) {
      const wanted = chunk.subarray(0, length - filled)
      bytes.set(wanted, filled)
      filled += wanted.length
    }
  } catch (error) {
    if (filled === 0) throw error
  }
  return bytes.subarray(0, filled)
}

/** Up to `length` bytes of a file from `offset`, fewer where the connection breaks off; none are a failure. */
const readPart = (
  from: HubRepository,
  path: string,
  blob: Blob | undefined,
  { offset, length, stop }: { readonly offset: number; readonly length: number; readonly stop: AbortSignal },
): TE.TaskEither<Failure, Uint8Array> => {
  const { hub, repository } = from
  if (blob === undefined)
    return TE.left({ tag: 'HubRefused', hub, asked: `${repository}/${path}`, reason: 'no such file' })
  return pipe(
    TE.tryCatch(() => bytesOf(blob.slice(offset, offset + length), length), hubFailure(from, stop)),
    TE.filterOrElse(
      (bytes) => bytes.length > 0,
      (): Failure => ({
        tag: 'HubUnreachable',
        hub,
        reason: `nothing of ${path} arrived from byte ${offset}`,
      }),
    ),
  )
}

const usualPatience: Patience = { attempts: 5, firstWait: 1000, longestWait: 60_000, silence: 30_000 }

/**
 * A hub of the real world. Files that were opened are remembered, so that their parts cost one request each. A busy hub is
 * asked again, and one that is silent is given up (`patience`); when `stop` is aborted, nothing is waited for.
 */
export const huggingFaceHub = (stop: AbortSignal, patience: Patience = usualPatience): Hub => {
  const fetchOne = patientFetch(stop, patience)
  const opened = new Map<string, Blob>()
  const open = (from: HubRepository, path: string): TE.TaskEither<Failure, Blob | undefined> => {
    const key = JSON.stringify([from.hub, from.repository, from.revision, path])
    const known = opened.get(key)
    return known === undefined
      ? pipe(
          TE.tryCatch(() => openFile(from, path, fetchOne), hubFailure(from, stop)),
          TE.map((blob) => {
            if (blob !== undefined) opened.set(key, blob)
            return blob
          }),
        )
      : TE.right(known)
  }
  return {
    list: (from) =>
      pipe(
        TE.tryCatch(() => listEntries(from, fetchOne), hubFailure(from, stop)),
        TE.flatMapEither((json) =>
          pipe(
            Entries.decode(json),
            E.bimap(
              (errors): Failure => ({
                tag: 'DecodeFailed',
                path: `${from.hub}/${from.repository}`,
                problems: decodeProblems(errors),
              }),
              (entries) => entries.filter(({ type }) => type === 'file').map(fileOf),
            ),
          ),
        ),
      ),
    read: ({ path, offset, length, ...from }) =>
      pipe(
        open(from, path),
        TE.flatMap((blob) => readPart(from, path, blob, { offset, length, stop })),
      ),
  }
}
