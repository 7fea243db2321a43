/** The page of all sentences that the compiler says of a wrong shape, from the snapshot of the tests of the types. */
import { readFileSync } from 'node:fs'
import { shapeSentence } from '../playground/language/complaint.js'

interface Mistake {
  readonly title: string
  readonly code: string
  readonly sentence: string
}

const mistakesIn = (text: string): readonly Mistake[] =>
  text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [title = ''] = part.split('\n')
      const [code = '', said = ''] = [...part.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(
        ([, block = '']) => block,
      )
      return { title, code: code.trimEnd(), sentence: shapeSentence(said) ?? said.split('\n')[0] ?? '' }
    })

const capital = (text: string): string => text.replace(/^./, (first) => first.toUpperCase())

/** The page. */
export const mistakesPage = (repository: string): string => {
  const mistakes = mistakesIn(readFileSync(`${repository}test/types/rejected-messages.md`, 'utf8'))
  return [
    '# All sentences of the compiler',
    '',
    `${mistakes.length} mistakes, each with what the compiler says of it. The tests of the types hold every one of them; most are also`,
    'refused at run time, with the same sentence. [Shape errors and their fixes](/errors.md) explains the common ones.',
    '',
    ...mistakes.flatMap(({ title, code, sentence }) => [
      `### ${capital(title)}`,
      '',
      '```ts',
      code,
      '```',
      '',
      '```text',
      sentence,
      '```',
      '',
    ]),
  ].join('\n')
}
