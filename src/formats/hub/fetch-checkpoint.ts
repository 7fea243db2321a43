/** A CLIP from a hub: the files of its checkpoint, and the configuration that belongs to it, in a folder. */
import { join } from '../../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { companionNames, readCompanions } from '../checkpoints/companion-configuration.js'
import { usualNames } from '../checkpoints/open-checkpoint.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import type { HubFile, HubRepository } from '../../effects/instruction.js'
import { listHub, withFolder } from '../../effects/operations.js'
import { checkNoFile, checkOutputFolder } from '../../effects/outputs.js'
import { readShardIndex } from '../safetensors/file.js'
import type { Fetched } from './fetch-file.js'
import { fetchFile } from './fetch-file.js'
import { repositoryOf } from './repositories.js'

/** What is fetched, and where to. */
export interface FetchPlan {
  /** A published CLIP's name, or a repository as `owner/name`. */
  readonly name: string
  /** The address of the hub. */
  readonly hub: string
  readonly revision: string
  readonly folder: string
  /** Bytes that are asked for at a time. */
  readonly part?: number
}

const checkpointOf = (from: HubRepository, files: readonly HubFile[]): E.Either<Failure, HubFile> =>
  pipe(usualNames.flatMap((name) => files.filter(({ path }) => path === name)).slice(0, 1), ([found]) =>
    E.fromNullable<Failure>({
      tag: 'HubRefused',
      hub: from.hub,
      asked: `${from.repository} as safetensors`,
      reason: `it has ${files.map(({ path }) => path).join(', ')}, but not ${usualNames.join(' or ')}`,
    })(found),
  )

/** The files that a fetched index names. */
const shardsOf = (
  from: HubRepository,
  files: readonly HubFile[],
  index: string,
): Effect.Effect<readonly HubFile[]> =>
  pipe(
    readShardIndex(index),
    Effect.flatMapEither((shards) =>
      E.traverseArray((shard: string) =>
        E.fromNullable<Failure>({
          tag: 'HubRefused',
          hub: from.hub,
          asked: `${from.repository}/${shard}`,
          reason: 'the index names it, and the repository does not have it',
        })(files.find(({ path }) => path === shard)),
      )(shards),
    ),
  )

/** What was fetched. */
export interface FetchedCheckpoint {
  readonly repository: string
  readonly files: readonly Fetched[]
}

/** Fetches the configurations, which may refuse the model, then the weights. */
const fetchFiles = (
  from: HubRepository,
  folder: string,
  files: readonly HubFile[],
  checkpoint: HubFile,
  fetchTo: (file: HubFile) => Effect.Effect<Fetched>,
): Effect.Effect<readonly Fetched[]> =>
  pipe(
    Effect.Do,
    Effect.bind('configurations', () =>
      pipe(
        files.filter(({ path }) => companionNames.some((companion) => companion === path)),
        Effect.traverseArray(fetchTo),
      ),
    ),
    Effect.tap(() => readCompanions(folder)),
    Effect.bind('first', () => fetchTo(checkpoint)),
    Effect.bind('shards', ({ first }) =>
      checkpoint.path.endsWith('.json')
        ? pipe(
            shardsOf(from, files, first.path),
            Effect.flatMap((shards) => pipe(shards, Effect.traverseArray(fetchTo))),
          )
        : Effect.of<readonly Fetched[]>([]),
    ),
    Effect.map(({ configurations, first, shards }) => [first, ...shards, ...configurations]),
  )

/** Fails for an address that is none, and for one with a user name or a password, which every message would show. */
const checkAddress = (hub: string): E.Either<Failure, void> => {
  const address = URL.canParse(hub) ? new URL(hub) : undefined
  if (address?.username === '' && address.password === '' && /^https?:$/.test(address.protocol))
    return E.right(undefined)
  return E.left({
    tag: 'InvalidSetting',
    field: 'hub',
    at: address === undefined ? hub : `${address.protocol}//${address.host}`,
    problem:
      address !== undefined && /^https?:$/.test(address.protocol)
        ? 'it has a user name or a password, which are not sent'
        : 'it is not the address of a hub',
    advice: 'give an address such as https://huggingface.co',
  })
}

/**
 * Fetches a CLIP: its configurations, and its safetensors file, or the index of its shards and those. The folder is then
 * what `readClip` takes. Each file is fetched as by `fetchFile`: checked by its hash, and continued after a stop.
 *
 * Fails with `OutputTaken` where there is a file in the place of the folder, before the hub is asked for anything, and where the
 * folder holds files that are not of the repository. Files under its names that are not the
 * hub's are replaced.
 *
 * Configurations come first. Fails with `FileUnsupported` or `DecodeFailed`, before any weights are asked for, if they
 * describe another model or something that is not computed here.
 *
 * @example
 * const plan = { name: 'ViT-B/16', hub: 'https://huggingface.co', revision: 'main', folder: 'clips/ViT-B-16' }
 * pipe(fetchCheckpoint(plan), Effect.map(({ files }) => files.map(({ path }) => path)))
 */
export const fetchCheckpoint = ({
  name,
  hub,
  revision,
  folder,
  ...parts
}: FetchPlan): Effect.Effect<FetchedCheckpoint> =>
  pipe(
    Effect.fromEither(checkAddress(hub)),
    Effect.flatMap(() => Effect.fromEither(repositoryOf(name))),
    Effect.flatMap((repository) => {
      const from: HubRepository = { hub, repository, revision }
      return pipe(
        Effect.Do,
        Effect.tap(() => checkNoFile(folder)),
        Effect.bind('files', () => listHub(from)),
        Effect.bindEither('checkpoint', ({ files }) => checkpointOf(from, files)),
        Effect.tap(({ files }) => {
          const names = new Set(files.map(({ path }) => path))
          return checkOutputFolder(folder, { own: (file) => names.has(file), overwrite: true })
        }),
        Effect.flatMap(({ files, checkpoint }) =>
          withFolder(
            folder,
            fetchFiles(from, folder, files, checkpoint, (file) =>
              fetchFile(from, file, join(folder, file.path), parts),
            ),
          ),
        ),
        Effect.map((fetched) => ({ repository, files: fetched })),
      )
    }),
  )
