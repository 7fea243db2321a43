/** The code of the documentation: `@example`s of docstrings, and TypeScript blocks of Markdown files. */
import ts from 'typescript6'
import type { SourceFile } from '../architecture/source-files.js'
import { collect } from '../architecture/source-files.js'

/** A piece of code that a reader may copy. `line` counts from 1. */
export interface Example {
  readonly path: string
  readonly line: number
  readonly code: string
  /** Lines at the start of `code` that are those of the blocks that it continues. */
  readonly lead?: number
  /** What the compiler says of it, where the documentation shows that it is rejected. */
  readonly rejected?: string
  /** What it prints, where the documentation shows that. */
  readonly printed?: string
}

/** Every `@example` of a source file. */
export const examplesOfSource = ({ path, tree }: SourceFile): readonly Example[] => {
  const comments = collect(tree, (node) =>
    ts
      .getJSDocCommentsAndTags(node)
      .filter(ts.isJSDoc)
      .filter(({ parent }) => parent === node),
  )
  const tags = comments
    .flat()
    .flatMap((comment) => comment.tags ?? [])
    .filter(({ tagName }) => tagName.text === 'example')
  return tags.map((tag) => ({
    path,
    line: tree.getLineAndCharacterOfPosition(tag.getStart(tree)).line + 2,
    code: ts.getTextOfJSDocComment(tag.comment) ?? '',
  }))
}

const fenced = /^```(\w*)([^\n]*)\n([\s\S]*?)^```/gm

/** A block of a Markdown file: its language, the rest of its first line, and its text. */
interface Block {
  readonly language: string
  readonly note: string
  readonly line: number
  readonly code: string
}

/** Every block of a Markdown file, in order. */
export const blocksOfMarkdown = (text: string): readonly Block[] =>
  [...text.matchAll(fenced)].map(({ index, 1: language = '', 2: note = '', 3: code = '' }) => ({
    language,
    note: note.trim(),
    line: text.slice(0, index).split('\n').length + 1,
    code,
  }))

/** Blocks of output of a Markdown file, in order: what the code before them prints. */
export const outputsOfMarkdown = (text: string): readonly string[] =>
  blocksOfMarkdown(text).flatMap(({ language, code }) => (language === 'text' ? [code.trimEnd()] : []))

/** A module that blocks of a Markdown file make together: its code, and what it prints. */
interface Module {
  readonly code: string
  readonly printed: string
}

const joined = (above: string, below: string): string =>
  [above, below].filter((text) => text !== '').join('\n')

const extended = (module: Module, code: string, printed = ''): Module => ({
  code: joined(module.code, code),
  printed: joined(module.printed, printed),
})

const countLines = (text: string): number => text.split('\n').length

/**
 * Every TypeScript block of a Markdown file, with what it prints if a block of output comes next.
 *
 * A block that opens with "```ts continued" goes on where the last one ended: the code of both is one module. One that
 * opens with "```ts rejected" does not compile; the block after it shows what the compiler says.
 */
export const examplesOfMarkdown = (path: string, text: string): readonly Example[] => {
  const empty: Module = { code: '', printed: '' }
  const blocks = blocksOfMarkdown(text)
  const found: Example[] = []
  let module = empty
  for (const [i, { language, note, line, code }] of blocks.entries()) {
    if (language !== 'ts') continue
    const next = blocks[i + 1]
    const output = next?.language === 'text' ? next.code.trimEnd() : undefined
    if (note === 'rejected') {
      found.push({ path, line, code, rejected: output ?? '' })
    } else {
      module = extended(note === 'continued' ? module : empty, code, output)
      const lead = countLines(module.code) - countLines(code)
      found.push({
        path,
        line,
        code: module.code,
        lead,
        ...(output !== undefined && { printed: module.printed }),
      })
    }
  }
  return found
}
