/** Where the published CLIPs are on the Hugging Face Hub: as OpenAI released them, in open_clip's safetensors. */
import * as E from 'fp-ts/lib/Either.js'
import type { PublishedName } from '../../model/clip/published-architectures.js'
import { publishedNames } from '../../model/clip/published-architectures.js'
import type { Failure } from '../../effects/failure.js'

const repositories: Readonly<Record<PublishedName, string>> = {
  RN50: 'timm/resnet50_clip.openai',
  RN101: 'timm/resnet101_clip.openai',
  'ViT-B/32': 'timm/vit_base_patch32_clip_224.openai',
  'ViT-B/16': 'timm/vit_base_patch16_clip_224.openai',
  'ViT-L/14': 'timm/vit_large_patch14_clip_224.openai',
}

/** `owner/name`, of characters that an address can have as they are. */
const repositoryName = /^[\w-][\w.-]*\/[\w-][\w.-]*$/

/**
 * The repository of a published CLIP (`ViT-B/16`), or any other as `owner/name`. Fails with `InvalidSetting` for anything
 * else, and lists the published names.
 */
export const repositoryOf = (name: string): E.Either<Failure, string> => {
  const published = publishedNames.find((one) => one === name)
  if (published !== undefined) return E.right(repositories[published])
  return repositoryName.test(name)
    ? E.right(name)
    : E.left({
        tag: 'InvalidSetting',
        field: 'name',
        at: name,
        problem: 'it is neither a published CLIP nor a repository',
        advice: `name one of ${publishedNames.join(', ')}, or a repository as owner/name`,
      })
}

/** A folder's name for a CLIP: `ViT-B/16` is `ViT-B-16`. */
export const folderName = (name: string): string => name.replaceAll('/', '-')
