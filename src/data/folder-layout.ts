/** Any folder of images: `<root>/<domain>/<class>/*.{jpg,jpeg,png,webp}`. */
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import { listFolder } from '../effects/operations.js'
import { folderNames, readClassFolders } from './class-folders.js'
import type { DataSetLayout } from './layout.js'

/** The layout of every root that is not recognised as one of the published layouts. */
export const folderLayout: DataSetLayout<'folder'> = {
  name: 'folder',
  place: (root, domain) => join(root, domain, '<class>', '*.jpg'),
  recognises: (root) => pipe(listFolder(root), Effect.as(true)),
  domainNames: (root) => pipe(listFolder(root), Effect.map(folderNames)),
  read: (root, domains) => readClassFolders(domains.map((name) => ({ name, folder: join(root, name) }))),
}
