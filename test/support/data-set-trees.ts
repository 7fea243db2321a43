/** Small generated data sets in the trees that they are published in, and in those of Dassl: three classes, four images of each. */
import sharp from 'sharp'
import type { LayoutName } from '../../src/data/index.js'
import { classes, drawnData } from './drawn-data.js'

/** Images of one purpose or of both, of each domain. */
interface Counts {
  readonly training: number
  readonly evaluation: number
}

export interface DataSetTree {
  readonly what: string
  readonly layout: LayoutName
  readonly files: Readonly<Record<string, Uint8Array | string>>
  readonly source: string
  readonly target: string
  readonly counts: Counts
  /** A file of class names, below the root. */
  readonly classNames?: string
  /** What the command says of it. */
  readonly said?: readonly RegExp[]
}

const perClass = 4
const drawn = await drawnData(perClass)
const image = (domain: number, label: number, index: number): Uint8Array => {
  const name = classes[label] ?? ''
  const bytes = drawn[`${domain % 2 === 0 ? 'photo' : 'sketch'}/${name}/${name}-${index}.png`]
  if (bytes === undefined) throw new Error(`no image ${index} of class ${name} is drawn`)
  return bytes
}

interface Place {
  readonly domain: string
  readonly label: number
  readonly index: number
}

const placesOf = (domains: readonly string[]): readonly Place[] =>
  domains.flatMap((domain) =>
    classes.flatMap((_, label) =>
      Array.from({ length: perClass }, (__, index) => ({ domain, label, index })),
    ),
  )

/** Images of these domains, each where `path` puts it. */
const tree = (
  domains: readonly string[],
  path: (place: Place) => string,
): Readonly<Record<string, Uint8Array>> =>
  Object.fromEntries(
    placesOf(domains).map((place) => [
      path(place),
      image(domains.indexOf(place.domain), place.label, place.index),
    ]),
  )

/** A list of those images of a domain that are wanted, as `path label`. */
const list = (
  domain: string,
  path: (place: Place) => string,
  { first = 0, wanted }: { readonly first?: number; readonly wanted: (index: number) => boolean },
): string =>
  placesOf([domain])
    .filter(({ index }) => wanted(index))
    .map((place) => `${path(place)} ${place.label + first}\n`)
    .join('')

const className = ({ label }: Place): string => classes[label] ?? ''
const inClass = (place: Place): string => `${place.domain}/${className(place)}/${place.index}.png`

/** The last image of each class is for the test. */
const isTest = (index: number): boolean => index === perClass - 1
const all = { training: 12, evaluation: 12 }
const trainAndTest = { training: 9, evaluation: 3 }

const domainNet = ['clipart', 'sketch']
const domainNetLists = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    domainNet.flatMap((domain) => [
      [`${folder}${domain}_train.txt`, list(domain, inClass, { wanted: (index) => !isTest(index) })],
      [`${folder}${domain}_test.txt`, list(domain, inClass, { wanted: isTest })],
    ]),
  )

const office31 = ['amazon', 'dslr', 'webcam']
const officeHome = ['Art', 'Clipart', 'Product', 'Real World']
const pacs = ['art_painting', 'cartoon', 'photo', 'sketch']
const vlcs = ['CALTECH', 'LABELME', 'PASCAL', 'SUN']
const wordNetIds = ['n02084071', 'n03544360', 'n13104059']
const namesFile = wordNetIds.map((id, label) => `${id} ${classes[label]}\n`).join('')
const imageNet = (sketches: string): Readonly<Record<string, Uint8Array>> => ({
  ...tree(['imagenet-r'], ({ label, index }) => `imagenet-r/${wordNetIds[label]}/art_${index}.png`),
  ...tree(['imagenet-sketch'], ({ label, index }) => `${sketches}/${wordNetIds[label]}/sketch_${index}.png`),
})

const tiff = async (label: number, index: number): Promise<Uint8Array> =>
  sharp(image(0, label, index))
    .tiff()
    .toBuffer()
const tiffs = Object.fromEntries(
  await Promise.all(
    placesOf(['scans']).map(async ({ label, index }) => [
      `scans/${classes[label]}/${index}.${index % 2 === 0 ? 'tif' : 'TIFF'}`,
      await tiff(label, index),
    ]),
  ),
)

export const dataSetTrees: readonly DataSetTree[] = [
  {
    what: 'DomainNet with its lists in the root',
    layout: 'domainnet',
    files: { ...tree(domainNet, inClass), ...domainNetLists('') },
    source: 'clipart',
    target: 'sketch',
    counts: trainAndTest,
  },
  {
    what: "DomainNet with Dassl's splits",
    layout: 'domainnet',
    files: { ...tree(domainNet, inClass), ...domainNetLists('splits/') },
    source: 'clipart',
    target: 'sketch',
    counts: trainAndTest,
  },
  {
    what: 'mini-DomainNet of Dassl',
    layout: 'mini-domainnet',
    files: { ...tree(domainNet, inClass), ...domainNetLists('splits_mini/') },
    source: 'sketch',
    target: 'clipart',
    counts: trainAndTest,
  },
  {
    what: 'PACS of Dassl',
    layout: 'pacs',
    files: {
      ...tree(pacs, (place) => `images/${inClass(place)}`),
      ...Object.fromEntries(
        pacs.flatMap((domain) => [
          [
            `splits/${domain}_train_kfold.txt`,
            list(domain, inClass, { first: 1, wanted: (index) => !isTest(index) }),
          ],
          [`splits/${domain}_crossval_kfold.txt`, list(domain, inClass, { first: 1, wanted: isTest })],
          [`splits/${domain}_test_kfold.txt`, list(domain, inClass, { first: 1, wanted: () => true })],
        ]),
      ),
    },
    source: 'photo',
    target: 'art_painting',
    counts: { training: 9, evaluation: 12 },
  },
  {
    what: 'VLCS of Dassl',
    layout: 'vlcs',
    files: tree(vlcs, ({ domain, label, index }) => {
      const part = ['train', 'train', 'crossval', 'test'][index] ?? ''
      return `${domain}/${part}/${label}/${index}.png`
    }),
    source: 'caltech',
    target: 'sun',
    counts: { training: 6, evaluation: 3 },
    said: [
      /^warning: 3 of 3 classes are called by numbers/m,
      /^skipped in .*: 2 parts of a split \(CALTECH.crossval, SUN.crossval\)$/m,
    ],
  },
  {
    what: 'Office-31 as published',
    layout: 'office-31',
    files: tree(
      office31,
      (place) => `${place.domain}/images/${className(place)}/frame_000${place.index}.png`,
    ),
    source: 'amazon',
    target: 'webcam',
    counts: all,
  },
  {
    what: 'Office-31 of Dassl',
    layout: 'office-31',
    files: tree(office31, inClass),
    source: 'dslr',
    target: 'amazon',
    counts: all,
  },
  {
    what: "Office-Home with the folder 'Real World'",
    layout: 'office-home',
    files: { ...tree(officeHome, inClass), 'ImageInfo.csv': 'ID\n' },
    source: 'art',
    target: 'real_world',
    counts: all,
    said: [/^skipped in .*: 1 file of other kinds \(1 .csv; /m],
  },
  {
    what: "Office-Home with the folder 'Real-World', in a folder of the one that is given",
    layout: 'office-home',
    files: tree(
      officeHome.map((domain) => domain.replace(' ', '-')),
      (place) => `OfficeHomeDataset_10072016/${inClass(place)}`,
    ),
    source: 'real_world',
    target: 'product',
    counts: all,
    said: [/^reading .*OfficeHomeDataset_10072016: the data set lies there$/m],
  },
  {
    what: 'Office-Home of Dassl, as for adaptation',
    layout: 'office-home',
    files: tree(['art', 'clipart', 'product', 'real_world'], inClass),
    source: 'art',
    target: 'clipart',
    counts: all,
  },
  {
    what: 'Office-Home of Dassl, as for generalisation',
    layout: 'office-home',
    files: tree(
      ['art', 'clipart', 'product', 'real_world'],
      (place) =>
        `${place.domain}/${isTest(place.index) ? 'val' : 'train'}/${className(place)}/${place.index}.png`,
    ),
    source: 'art',
    target: 'real_world',
    counts: { training: 9, evaluation: 12 },
  },
  {
    what: 'ImageNet-R and ImageNet-Sketch without names of classes',
    layout: 'folder',
    files: imageNet('imagenet-sketch'),
    source: 'imagenet-r',
    target: 'imagenet-sketch',
    counts: all,
    said: [
      /^warning: 3 of 3 classes are called by numbers or WordNet ids \(n02084071, n03544360, n13104059\)/m,
    ],
  },
  {
    what: 'ImageNet-R and ImageNet-Sketch with a file of class names',
    layout: 'folder',
    files: { ...imageNet('imagenet-sketch/images'), 'classnames.txt': namesFile },
    source: 'imagenet-r',
    target: 'imagenet-sketch',
    counts: all,
    classNames: 'classnames.txt',
  },
  {
    what: 'a folder with TIFF images among things that are no images',
    layout: 'folder',
    files: {
      ...tiffs,
      ...tree(['photo'], inClass),
      'photo/dog/9.bmp': 'BM',
      '__MACOSX/photo/dog/._0.png': 'x',
      'logs/events': 'x',
    },
    source: 'photo',
    target: 'scans',
    counts: all,
    said: [
      /^skipped in .*: 2 folders without classes of images \(__MACOSX, logs\); 1 file of other kinds \(1 .bmp; jpg, .*\)$/m,
    ],
  },
]
