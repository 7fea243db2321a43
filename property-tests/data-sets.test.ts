/** Data sets of any classes and sizes, in every layout: what is read is what was there. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DataSet } from '../src/data/data-set.js'
import { domainImages } from '../src/data/data-set.js'
import { parseImageList } from '../src/data/image-list.js'
import type { LayoutName } from '../src/data/index.js'
import type { Content } from '../test/data/reading.js'
import { readFrom } from '../test/data/reading.js'
import { expectRight } from '../test/expect-either.js'

/** Images per class of each of two domains; every class is in one of them, and no domain is empty. */
interface Contents {
  readonly classes: readonly string[]
  readonly counts: readonly [readonly number[], readonly number[]]
}

const className = fc.stringMatching(/^[A-Za-z][A-Za-z_ -]{0,8}[a-z]$/)

const contents: fc.Arbitrary<Contents> = fc
  .uniqueArray(className, { minLength: 1, maxLength: 5, selector: (name) => name.toLowerCase() })
  .chain((classes) => {
    const count = fc.array(fc.nat(3), { minLength: classes.length, maxLength: classes.length })
    return fc.record({ classes: fc.constant(classes.toSorted()), counts: fc.tuple(count, count) })
  })
  .filter(
    ({ classes, counts: [a, b] }) =>
      a.some((count) => count > 0) &&
      b.some((count) => count > 0) &&
      classes.every((_, label) => (a[label] ?? 0) + (b[label] ?? 0) > 0),
  )

/** Paths `<folder>/<class>/<i>.jpg` of one domain. */
const pathsIn = ({ classes, counts }: Contents, domain: 0 | 1, folder: string): readonly string[] =>
  classes.flatMap((name, label) =>
    Array.from({ length: counts[domain][label] ?? 0 }, (_, i) => `${folder}${name}/${i}.jpg`),
  )

const images = (paths: readonly string[]): Readonly<Record<string, Content>> =>
  Object.fromEntries(paths.map((path) => [path, 'x']))

/** A list of paths below `base`, with whatever ends of lines. */
const listOf = ({ classes }: Contents, paths: readonly string[], base: string, end: string): string =>
  paths
    .map((path) => `${path.slice(base.length)} ${classes.indexOf(path.split('/').at(-2) ?? '')}${end}`)
    .join('')

interface Tree {
  readonly layout: LayoutName
  readonly domains: readonly [string, string]
  readonly files: (given: Contents, end: string) => Readonly<Record<string, Content>>
}

const trees: readonly Tree[] = [
  {
    layout: 'folder',
    domains: ['photo', 'sketch'],
    files: (given) => images([...pathsIn(given, 0, 'photo/'), ...pathsIn(given, 1, 'sketch/')]),
  },
  {
    layout: 'office-home',
    domains: ['art', 'real_world'],
    files: (given) =>
      images([
        ...pathsIn(given, 0, 'Art/'),
        ...pathsIn(given, 1, 'Real World/'),
        ...['Clipart/a/1.jpg', 'Product/a/1.jpg'],
      ]),
  },
  {
    layout: 'visda-2017',
    domains: ['synthetic', 'real'],
    files: (given, end) => {
      const [train, validation] = [pathsIn(given, 0, 'train/'), pathsIn(given, 1, 'validation/')]
      return {
        ...images([...train, ...validation]),
        'train/image_list.txt': listOf(given, train, 'train/', end),
        'validation/image_list.txt': listOf(given, validation, 'validation/', end),
      }
    },
  },
  {
    layout: 'mini-domainnet',
    domains: ['real', 'sketch'],
    files: (given, end) => {
      const [real, sketch] = [pathsIn(given, 0, 'real/'), pathsIn(given, 1, 'sketch/')]
      return {
        ...images([...real, ...sketch]),
        ...Object.fromEntries(
          ['train', 'test'].flatMap((part) => [
            [`splits_mini/real_${part}.txt`, listOf(given, real, '', end)],
            [`splits_mini/sketch_${part}.txt`, listOf(given, sketch, '', end)],
          ]),
        ),
      }
    },
  },
]

/** Images of each class, in the order of the classes. */
const histogram = (data: DataSet, domain: string, purpose: 'training' | 'evaluation'): readonly number[] =>
  data.classes.map(
    (_, label) => domainImages(data, domain, purpose).filter((image) => image.label === label).length,
  )

describe.each(trees)('a data set of the layout $layout', ({ layout, domains, files }) => {
  it('is read with all its classes and images', async () => {
    await fc.assert(
      fc.asyncProperty(contents, fc.constantFrom('\n', '\r\n', '\n\n', ' \n'), async (given, end) => {
        const { outcome, printed } = await readFrom(files(given, end), { domains })
        const data = expectRight(outcome)
        expect(data.layout).toBe(layout)
        expect(data.classes).toEqual(given.classes)
        const lacking = given.counts.some((counts) => counts.includes(0))
        expect(printed.length > 0, printed.join('\n')).toBe(lacking)
        for (const purpose of ['training', 'evaluation'] as const) {
          expect(domains.map((domain) => histogram(data, domain, purpose))).toEqual(given.counts)
          for (const domain of domains) {
            for (const { path, label } of domainImages(data, domain, purpose))
              expect(path.split('/').at(-2)).toBe(data.classes[label])
          }
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('a list of images', () => {
  it('is read or refused, and never throws, for any content', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('a/b.jpg 0', 'a b/c d.jpg 12', 'a/b.jpg', '/a/b 1'))),
        (lines) => {
          const read = parseImageList('list.txt', lines.join('\n'))
          if (read._tag === 'Right')
            expect(read.right.length).toBeLessThanOrEqual(lines.join('\n').split('\n').length)
          else expect(read.left).toMatchObject({ tag: 'FileBroken', path: 'list.txt', format: 'image list' })
        },
      ),
      { numRuns: 200 },
    )
  })
})
