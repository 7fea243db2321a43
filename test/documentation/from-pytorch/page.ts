/** `docs/from-pytorch.md`, made from the rows and the source of their expressions. */
import { readFileSync } from 'node:fs'
import { format } from 'prettier'
import { inPackage } from '../../../bench/peer-command.js'
import type { Row, Section } from './row.js'
import { sourceTextOf } from './source-text.js'

export const pagePath = inPackage('docs', 'from-pytorch.md')

/** Indentation that a cell keeps. */
const indented = (line: string): string => line.replace(/^ +/, (spaces) => '\u00A0'.repeat(spaces.length))

/** A line of code in a cell of a table. */
const codeLine = (line: string): string => {
  const fence = line.includes('`') ? '``' : '`'
  return `${fence}${indented(line).replaceAll('|', String.raw`\|`)}${fence}`
}

const codeCell = (lines: readonly string[]): string =>
  lines
    .flatMap((line) => line.split('\n'))
    .map(codeLine)
    .join('<br>')

const line = (row: Row, expression: readonly string[]): string =>
  `| ${[
    codeCell([row.pytorch]),
    row.jax === undefined ? '' : codeCell([row.jax]),
    codeCell(expression),
    row.note ?? '',
  ].join(' | ')} |`

const sectionText = (section: Section): string => {
  const { title, introduction = '', file, rows } = section
  const { expressions, leaves, imports } = sourceTextOf(file, readFileSync(inPackage(file), 'utf8'))
  if (expressions.length !== rows.length) {
    throw new Error(`${file} has ${rows.length} rows, but ${expressions.length} expressions named 'ours'`)
  }
  const names = [...new Set(imports)].toSorted().map((entry) => `\`${entry}\``)
  return [
    `## ${title}`,
    [introduction, `Names are from ${names.join(', ')}.`].filter((text) => text !== '').join(' '),
    leaves.length === 0 ? '' : `\`\`\`ts\n${leaves.join('\n')}\n\`\`\``,
    [
      '| PyTorch | JAX | tensile | what differs |',
      '| --- | --- | --- | --- |',
      ...rows.map((row, i) => line(row, expressions[i] ?? [])),
    ].join('\n'),
  ]
    .filter((text) => text !== '')
    .join('\n\n')
}

const introduction = (sections: readonly Section[]): string => {
  const rows = sections.flatMap((section) => section.rows)
  const withJax = rows.filter(({ jax }) => jax !== undefined).length
  return [
    '# From PyTorch, from JAX',
    `${rows.length} expressions in PyTorch, ${withJax} of them in JAX, and the same in tensile. Each of ours is code that the`,
    'tests compile; its numbers, computed in float64, are compared with those of PyTorch and JAX for the same values. Random',
    'numbers are compared by their mean and standard deviation.',
    '',
    'The names in the expressions are those of the block above each table. In Python they are tensors of the same values. `np`',
    'is not used; `F` is `torch.nn.functional`, `nn` is `torch.nn`, `jnp` is `jax.numpy`, `lax` is `jax.lax`. A cell under JAX is',
    'empty where JAX has no function for it. Integers of PyTorch have 64 bits, those of tensile 32.',
    '',
    'Three things hold everywhere. Nothing is computed when an expression is written: it makes a program, which `evaluate` or an',
    'engine runs. There is no hidden state: random numbers come from a key, dropout is given one, and a training step returns',
    'the next weights. Shapes are part of the types, so most mistakes of shape do not compile.',
    '',
    'Made by `npm run docs:from-pytorch` from `test/documentation/from-pytorch`.',
  ].join('\n')
}

/** The page, as prettier formats it. */
export const pageOf = async (sections: readonly Section[]): Promise<string> =>
  format([introduction(sections), ...sections.map(sectionText)].join('\n\n'), {
    parser: 'markdown',
    printWidth: 110,
    semi: false,
    singleQuote: true,
    trailingComma: 'all',
  })
