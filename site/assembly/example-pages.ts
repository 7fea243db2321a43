/** Pages that show the programs in `examples`. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Assembled } from './pages.js'

/** The path of an example's page. */
export const examplePage = (name: string): string => `examples/${name}`

/** The first comment of a file, in one line. */
const aboutOf = (code: string): string =>
  (/\/\*\*([\s\S]*?)\*\//.exec(code)?.[1] ?? '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, ''))
    .join(' ')
    .trim()

const titleOf = (name: string): string =>
  name.replaceAll('-', ' ').replace(/^./, (first) => first.toUpperCase())

/** A program of `examples`: its name, what it says of itself, and its code. */
export interface ShownExample {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly code: string
}

export const shownExamples = (repository: string): readonly ShownExample[] =>
  readdirSync(`${repository}examples`)
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
    .map((file) => {
      const name = file.replace(/\.ts$/, '')
      const code = readFileSync(`${repository}examples/${file}`, 'utf8')
      return { name, title: titleOf(name), about: aboutOf(code), code }
    })

/** One page for each program. */
export const examplePages = (examples: readonly ShownExample[]): readonly Assembled[] =>
  examples.map(({ name, title, code }) => ({
    path: examplePage(name),
    text: [`# ${title}`, '', `From \`examples/${name}.ts\`.`, '', '```ts', code.trimEnd(), '```', ''].join(
      '\n',
    ),
  }))

/** The list of all programs, with what each says of itself. */
export const exampleIndex = (examples: readonly ShownExample[]): string =>
  [
    '# Examples',
    '',
    'Each is one file, makes its own data, and trains in seconds; the tests run them and hold them to the figures that they state.',
    'They are in the folder `examples` of the repository. Smaller ones run in the [playground](/playground.md).',
    '',
    ...examples.flatMap(({ name, title, about }) => [
      `- [${title}](/${examplePage(name)}.md): ${about.replaceAll('<', '&lt;')}`,
    ]),
    '',
  ].join('\n')
