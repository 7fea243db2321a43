/**
 * VisDA-2017 (Peng et al. 2017), 12 classes: renderings in `train/`, photos in `validation/`, each with its
 * `image_list.txt` of `path label`, paths below that folder. Neither part is split: the images that are adapted to are also evaluated on.
 */
import { join } from '../effects/paths.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import { pathStatus } from '../effects/operations.js'
import type { DataSetLayout } from './layout.js'
import { readLists } from './read-lists.js'
import { lookup } from '../values/record.js'

const folders: Readonly<Record<string, string>> = { synthetic: 'train', real: 'validation' }

const listPath = (root: string, folder: string): string => join(root, folder, 'image_list.txt')

export const visda2017Layout: DataSetLayout<'visda-2017'> = {
  name: 'visda-2017',
  find: (root) =>
    pipe(
      Object.values(folders),
      Effect.traverseArray((folder) => pathStatus(listPath(root, folder))),
      Effect.map((found) => found.some(({ kind }) => kind === 'file')),
      Effect.map((hasList) => ({
        names: hasList ? Object.keys(folders) : [],
        lacks: hasList
          ? []
          : [
              `no ${Object.values(folders)
                .map((folder) => listPath('', folder))
                .join(' or ')}`,
            ],
        place: (domain) => listPath(root, lookup(domain, folders) ?? domain),
        read: (domains) =>
          readLists(
            domains.map((name) => {
              const folder = lookup(name, folders) ?? name
              const list = listPath(root, folder)
              return { name, base: join(root, folder), training: [list], evaluation: [list] }
            }),
          ),
      })),
    ),
}
