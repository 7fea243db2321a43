/** The data sets of docs/results.md, made from PACS: folders of links to its images, and lists of what is in them. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Halves } from './alternating-split.js'
import { alternatingSplit, listText, sha256 } from './alternating-split.js'

/** The domains of PACS. */
export const pacsDomains = ['photo', 'art_painting', 'cartoon', 'sketch'] as const

/** SHA-256 of the lists of paths, and of the lists that `sha256sum` makes of the files: of 5,002 and 4,989 images. */
export const expectedLists = {
  seen: {
    paths: 'f9cab668f32484c1684d1ef46a59151a2b498556d49ef72ae3e9a72639ae0573',
    contents: '8846f3b0c24ea015ac947fba686ec1cdb678d019a6d1c495d016e30d2609e82b',
  },
  unseen: {
    paths: '295497a4bbfe7e5d0a59970621d7fe583a9048930c0d8979ff0e10096d59fa46',
    contents: '90a2b2ab5ae1b258d555dc1feb2af9c76aefff2269dd5368444dce06d3321864',
  },
} as const

/** Where the data sets are, below the folder of results. */
export const dataFolders = {
  /** The seen and the unseen half of each domain. */
  seen: 'data/seen',
  unseen: 'data/unseen',
  /** Photos, art paintings and cartoons, all of them, with the seen half of the sketches as `sketch_seen`. */
  withSketches: 'data/with-sketches',
  /** All photos, and the unseen half of the sketches. */
  unseenSketches: 'data/unseen-sketches',
} as const

/** Where the drawings are, and the CLIP that goes with them. */
export const drawnFiles = { images: 'data/drawings', clip: 'clips/drawings/clip.safetensors' } as const

/** The same of the drawings that the gate is tried on. */
export const gateFiles = {
  images: 'data/gate-drawings',
  clip: 'clips/gate-drawings/clip.safetensors',
} as const

const folders = (path: string): readonly string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

const images = (path: string): readonly string[] =>
  readdirSync(path).filter((name) => /\.(jpe?g|png)$/i.test(name))

/** The images of PACS below its root: `<domain>/<class>/<file>`. */
export const pacsImages = (root: string): readonly string[] =>
  pacsDomains.flatMap((domain) =>
    folders(join(root, domain)).flatMap((name) =>
      images(join(root, domain, name)).map((file) => `${domain}/${name}/${file}`),
    ),
  )

interface Link {
  readonly from: string
  /** Below the folder of links. */
  readonly to: string
}

/** The links that a folder holds; none if there is no such folder. */
const linksIn = (folder: string): readonly Link[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isSymbolicLink())
        .map(({ parentPath, name }) => join(parentPath, name))
        .map((path) => ({ from: readlinkSync(path), to: relative(folder, path) }))
    : []

const inOrder = (links: readonly Link[]): string =>
  listText(links.map(({ from, to }) => `${to} → ${from}`).toSorted())

/**
 * Makes a folder of links to images of PACS; `as` gives a path in it for each of theirs. A folder that holds these links is
 * left alone, any other one is replaced.
 */
const linkTree = (
  root: string,
  folder: string,
  paths: readonly string[],
  as: (path: string) => string = (path) => path,
): void => {
  const links = paths.map((path): Link => ({ from: resolve(root, path), to: as(path) }))
  if (inOrder(linksIn(folder)) === inOrder(links)) return
  rmSync(folder, { recursive: true, force: true })
  for (const directory of new Set(links.map(({ to }) => dirname(to))))
    mkdirSync(join(folder, directory), { recursive: true })
  for (const { from, to } of links) symlinkSync(from, join(folder, to))
}

const isOf =
  (...domains: readonly string[]) =>
  (path: string): boolean =>
    domains.some((domain) => path.startsWith(`${domain}/`))

/** The list that `sha256sum` makes of files below a root. */
const contentsText = (root: string, paths: readonly string[]): string =>
  paths.map((path) => `${sha256(readFileSync(join(root, path)))}  ${path}\n`).join('')

/** Whether lists are those that the figures of docs/results.md were measured with. */
const compared = (found: string, expected: string): string =>
  found === expected ? 'as in docs/results.md' : `not those of docs/results.md, which are ${expected}`

/** Writes the lists of both halves, `<half>.txt` and `<half>.sha256`; gives a line on each with its SHA-256. */
const writeLists = (root: string, out: string, halves: Halves): readonly string[] =>
  (['seen', 'unseen'] as const).flatMap((half) => {
    const texts = { paths: listText(halves[half]), contents: contentsText(root, halves[half]) }
    writeFileSync(join(out, `data/${half}.txt`), texts.paths)
    writeFileSync(join(out, `data/${half}.sha256`), texts.contents)
    const [paths, contents] = [sha256(texts.paths), sha256(texts.contents)]
    return [
      `${half}.txt: ${halves[half].length} images, SHA-256 ${paths}: ${compared(paths, expectedLists[half].paths)}`,
      `${half}.sha256: SHA-256 ${contents}: ${compared(contents, expectedLists[half].contents)}`,
    ]
  })

/** Makes all data sets below a folder of results, with their lists; gives what is to be printed of them. */
export const makeData = (root: string, out: string): readonly string[] => {
  const all = pacsImages(root)
  const halves = alternatingSplit(all)
  const { seen, unseen, withSketches, unseenSketches } = dataFolders
  linkTree(root, join(out, seen), halves.seen)
  linkTree(root, join(out, unseen), halves.unseen)
  linkTree(
    root,
    join(out, withSketches),
    [...all.filter(isOf('photo', 'art_painting', 'cartoon')), ...halves.seen.filter(isOf('sketch'))],
    (path) => path.replace(/^sketch\//, 'sketch_seen/'),
  )
  linkTree(root, join(out, unseenSketches), [
    ...all.filter(isOf('photo')),
    ...halves.unseen.filter(isOf('sketch')),
  ])
  return writeLists(root, out, halves)
}
