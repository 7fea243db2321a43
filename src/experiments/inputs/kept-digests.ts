/** `inputs.json` in the directory of a run: digests of what it reads, compared whenever the run is taken up again. */
import { join } from '../../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { purposes } from '../../data/layout.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { counted } from '../../effects/counted.js'
import { ifMissing } from '../../effects/operations.js'
import { readJson, writeJson } from '../../effects/text-file.js'
import type { ClipDigest, ImageListDigest, InputDigests } from './digests.js'
import { inputDigests } from './digests.js'

/** Where a run keeps the digests of its inputs. */
export const inputsPath = (directory: string): string => join(directory, 'inputs.json')

/** How a list of images differs from an earlier one. */
const listChange = (before: ImageListDigest, now: ImageListDigest): string => {
  const more = now.images - before.images
  if (more === 0) return `other images, or other names of classes, though as many (${before.images})`
  const difference = `${counted(Math.abs(more), 'image')} ${more > 0 ? 'more' : 'less'}`
  return `${difference} (${before.images} then, ${now.images} now)`
}

const advice = (what: string): string => `${what}, or begin anew in another directory`

/** How a CLIP differs from an earlier one; `undefined` where it does not, or where one of them is not known. */
const clipChange = (before: ClipDigest | undefined, now: ClipDigest | undefined): string | undefined => {
  if (before === undefined || now === undefined) return undefined
  if (before.weights !== now.weights) return 'its weights are others'
  return before.form === now.form
    ? undefined
    : 'the configurations next to it state another architecture (heads, activation) or another preprocessing of images'
}

/** Fails with `InvalidSetting` where CLIP, or the images of a domain that is in both, have changed since the run began. */
const checkDigests = (
  directory: string,
  before: InputDigests,
  now: InputDigests,
): E.Either<Failure, void> => {
  const otherClip = clipChange(before.clipDigest, now.clipDigest)
  if (otherClip !== undefined) {
    return E.left({
      tag: 'InvalidSetting',
      field: 'clip',
      problem: `this is not the CLIP that the run in ${directory} was begun with: ${otherClip}`,
      advice: advice('give the CLIP of the run'),
    })
  }
  const changes = now.domains.flatMap((domain) => {
    const earlier = before.domains.find(({ name }) => name === domain.name)
    if (earlier === undefined) return []
    const purpose = purposes.find((one) => earlier[one].sha256 !== domain[one].sha256)
    return purpose === undefined
      ? []
      : [`domain '${domain.name}' has ${listChange(earlier[purpose], domain[purpose])}`]
  })
  return changes.length === 0
    ? E.right(undefined)
    : E.left({
        tag: 'InvalidSetting',
        field: 'data',
        problem: `the images are not those that the run in ${directory} was begun with: ${changes.join('; ')}`,
        advice: advice('bring back the images as they were'),
      })
}

/**
 * Compares inputs with those that the run in a directory was begun with; domains that are only in one of them are not
 * compared, and nothing is held against a run that has kept no digests. Fails with `InvalidSetting`, saying what changed.
 */
export const checkInputs = (directory: string, now: InputDigests): Effect.Effect<void> => {
  const path = inputsPath(directory)
  return pipe(
    readJson(path, inputDigests),
    Effect.flatMapEither((before) => checkDigests(directory, before, now)),
    ifMissing(path, Effect.unit),
  )
}

/** Keeps the digests of a run's inputs, unless it has some. */
export const keepInputs = (directory: string, digests: InputDigests): Effect.Effect<void> => {
  const path = inputsPath(directory)
  return pipe(Effect.unit, ifMissing(path, writeJson(path, inputDigests, digests)))
}
