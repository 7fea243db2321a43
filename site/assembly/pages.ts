/** Pages of the site from Markdown files of the repository: links become those of the site, examples get hovers. */
import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { blocksOfMarkdown, examplesOfMarkdown } from '../../test/documentation/examples.js'
import type { Page } from '../contents.js'
import { sections } from '../contents.js'
import { examplePage } from './example-pages.js'

/** A page as it is written for VitePress: its path from the root of the site, and its text. */
export interface Assembled {
  readonly path: string
  readonly text: string
}

const fromFile: ReadonlyMap<string, Page> = new Map(
  sections.flatMap(({ pages }) =>
    pages.flatMap((page) => (page.from === undefined ? [] : [[page.from, page] as const])),
  ),
)

/** The page of the site that shows a file of the repository, with its ending; undefined if there is none. */
const pageOf = (file: string): string | undefined => {
  const listed = fromFile.get(file)
  if (listed !== undefined) return `/${listed.path}.md`
  const generated = sections
    .flatMap(({ pages }) => pages)
    .find(({ path }) => file === `site/pages/${path}.md`)
  if (generated !== undefined) return `/${generated.path}.md`
  const example = /^examples\/([\w-]+)\.ts$/.exec(file)?.[1]
  return example === undefined ? undefined : `/${examplePage(example)}.md`
}

const outside = /^(https?:|mailto:|#|\/)/

/** A link of a file: to a page of the site where there is one, else the name of the file as code. */
const linked = (file: string, text: string, target: string): string => {
  if (outside.test(target)) return `[${text}](${target})`
  const [path = '', anchor] = target.split('#')
  const named = posix.normalize(posix.join(posix.dirname(file), path))
  const page = pageOf(named)
  if (page !== undefined) return `[${text}](${page}${anchor === undefined ? '' : `#${anchor}`})`
  if (named === 'README.md') return `[${text}](/)`
  return text.includes('`') ? text : `${text} (\`${named}\`)`
}

/** A picture: on the site, all of them are in one folder. */
const picture = (text: string, target: string): string =>
  outside.test(target) ? `![${text}](${target})` : `![${text}](/${posix.basename(target)})`

/** Applies a change to the text between blocks of code; blocks, and code within lines, stay as they are. */
const outsideOfCode = (text: string, change: (part: string) => string): string =>
  text
    .split(/(^```[\s\S]*?^```$|^ {4,}```[\s\S]*?^ {4,}```$)/m)
    .map((part) => (/^\s*```/.test(part) ? part : change(part)))
    .join('')

const links = (file: string, text: string): string =>
  outsideOfCode(text, (part) =>
    part
      .replaceAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g, (_, name: string, target: string) => picture(name, target))
      .replaceAll(/(?<!!)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, (_, name: string, target: string) =>
        linked(file, name, target),
      ),
  )

/** The section of a Markdown file that a heading opens, without the heading. */
export const sectionOf = (text: string, heading: string): string => {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line.replace(/^#+ /, '') === heading && line.startsWith('#'))
  const depth = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 0
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => (/^#+(?= )/.exec(line)?.[0].length ?? 99) <= depth)
  if (start < 0) throw new Error(`no section '${heading}'`)
  return rest
    .slice(0, end < 0 ? undefined : end)
    .join('\n')
    .trim()
}

/** `<!-- section README.md: Speed -->` stands for that section of that file. */
const included = (repository: string, text: string): string =>
  text.replaceAll(/^<!-- section (\S+): (.+) -->$/gm, (_, file: string, heading: string) =>
    links(file, sectionOf(readFileSync(`${repository}${file}`, 'utf8'), heading)),
  )

/**
 * Examples with hovers: a block that continues others is compiled together with them and shown alone, one that is rejected
 * shows what the compiler says in it. The tests have compiled all of them.
 */
const withHovers = (path: string, text: string): string => {
  const examples = examplesOfMarkdown(path, text)
  const blocks = blocksOfMarkdown(text)
  const opened = new Map(blocks.map(({ line }) => [line - 1, line]))
  const lines = text.split('\n')
  const shown: string[] = []
  for (const [i, line] of lines.entries()) {
    const first = opened.get(i + 1)
    const example = first === undefined ? undefined : examples.find((candidate) => candidate.line === first)
    // The live editor takes its text from the block, which stands for it where scripts do not run.
    const isLive = lines[i - 2] === '<Live>'
    if (example === undefined || isLive) shown.push(line)
    else if (example.rejected !== undefined) shown.push('```ts twoslash', '// @noErrorValidation')
    else {
      const lead = example.code.split('\n').slice(0, example.lead ?? 0)
      shown.push('```ts twoslash', ...(lead.length === 0 ? [] : [...lead, '// ---cut---']))
    }
  }
  return shown.join('\n')
}

/** The page of the site that a Markdown file of the repository makes. */
export const assembled = (repository: string, { path, from = '' }: Page): Assembled => {
  if (!existsSync(`${repository}${from}`))
    throw new Error(`${from} is listed in site/contents.ts and not there`)
  const text = links(from, included(repository, readFileSync(`${repository}${from}`, 'utf8')))
  return { path, text: from.startsWith('site/') ? withHovers(from, text) : text }
}
