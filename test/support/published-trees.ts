/** Small generated data sets in the layouts of published ones: three classes, two domains. */
import { classes, drawnData } from './drawn-data.js'

type Files = Readonly<Record<string, Uint8Array>>

/** Files by path, two domains, and the number of images on which each is evaluated. */
export interface PublishedTree {
  readonly files: Files
  readonly domains: readonly [string, string]
  readonly evaluated: number
}

const text = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(`${lines.join('\n')}\n`)

const moved = (files: Files, place: (path: string) => string): Files =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [place(path), bytes]))

const below = (files: Files, folder: string): readonly string[] =>
  Object.keys(files).filter((path) => path.startsWith(`${folder}/`))

/** Lines of a list: paths below `base`, each with the number of the class in it. */
const listOf = (paths: readonly string[], base: string): Uint8Array =>
  text(
    paths.map((path) => {
      const label = classes.findIndex((name) => path.split('/').includes(name))
      return `${path.slice(base.length)} ${label}`
    }),
  )

const drawn = await drawnData(4)

const officeHome: Files = moved(drawn, (path) =>
  path.replace('photo', 'Real World').replace('sketch', 'Art').replace('dog/', 'Alarm_Clock/'),
)
const visda = moved(drawn, (path) => path.replace('photo', 'train').replace('sketch', 'validation'))
const miniDomainNet = moved(drawn, (path) => path.replace('photo', 'real'))
/** The last of the four images of a class is for evaluation. */
const isTest = (path: string): boolean => path.includes('-3.')

export const publishedTrees: Readonly<
  Record<'office-home' | 'visda-2017' | 'mini-domainnet', PublishedTree>
> = {
  'office-home': {
    files: {
      ...officeHome,
      'Clipart/Alarm_Clock/1.png': drawn['photo/dog/dog-0.png'] ?? new Uint8Array(),
      'Product/Alarm_Clock/1.png': drawn['photo/dog/dog-1.png'] ?? new Uint8Array(),
    },
    domains: ['art', 'real_world'],
    evaluated: 12,
  },
  'visda-2017': {
    files: {
      ...visda,
      'train/image_list.txt': listOf(below(visda, 'train'), 'train/'),
      'validation/image_list.txt': listOf(below(visda, 'validation'), 'validation/'),
    },
    domains: ['synthetic', 'real'],
    evaluated: 12,
  },
  'mini-domainnet': {
    files: {
      ...miniDomainNet,
      ...Object.fromEntries(
        ['real', 'sketch'].flatMap((domain) => {
          const paths = below(miniDomainNet, domain)
          return [
            [
              `splits_mini/${domain}_train.txt`,
              listOf(
                paths.filter((path) => !isTest(path)),
                '',
              ),
            ],
            [`splits_mini/${domain}_test.txt`, listOf(paths.filter(isTest), '')],
          ]
        }),
      ),
    },
    domains: ['real', 'sketch'],
    evaluated: 3,
  },
}

/** Office-Home with all of its 65 classes, of one image each: their names are numbers. */
export const wholeOfficeHome: Files = Object.fromEntries(
  ['Art', 'Clipart', 'Product', 'Real World'].flatMap((domain) =>
    Array.from({ length: 65 }, (_, i) => [
      `${domain}/${i}/0.png`,
      drawn['photo/dog/dog-0.png'] ?? new Uint8Array(),
    ]),
  ),
)
