/**
 * mini-DomainNet (Zhou et al. 2021, "Domain Adaptive Ensemble Learning"): 126 classes of DomainNet, images 96 × 96.
 * `splits_mini/<domain>_train.txt` and `_test.txt` hold lines of `path label`, paths below the root. As published, the
 * train split is trained on, of the source and of the target; accuracies are taken on the target's test split.
 */
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import { listFolder } from '../effects/operations.js'
import type { DataSetLayout } from './layout.js'
import { readLists } from './list-layout.js'

const splits = (root: string): string => join(root, 'splits_mini')
const split = (root: string, domain: string, part: 'train' | 'test'): string =>
  join(splits(root), `${domain}_${part}.txt`)

export const miniDomainNetLayout: DataSetLayout<'mini-domainnet'> = {
  name: 'mini-domainnet',
  place: (root, domain) => split(root, domain, 'train'),
  recognises: (root) =>
    pipe(
      listFolder(root),
      Effect.map((entries) => entries.some(({ name, kind }) => name === 'splits_mini' && kind === 'folder')),
    ),
  domainNames: (root) =>
    pipe(
      listFolder(splits(root)),
      Effect.map((entries) => entries.flatMap(({ name }) => /^(.+)_train\.txt$/.exec(name)?.[1] ?? [])),
    ),
  read: (root, domains) =>
    readLists(
      domains.map((name) => ({
        name,
        base: root,
        training: split(root, name, 'train'),
        evaluation: split(root, name, 'test'),
      })),
    ),
}
