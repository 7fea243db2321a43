/** `--config` and `--print-config`: files of options. */
import { readFile, writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { afterAll, describe, expect, it } from 'vitest'
import { defineTable } from '../../src/cli/commands/table.js'
import { defineTrain } from '../../src/cli/commands/train.js'
import { configurableOptions, configuredWords } from '../../src/cli/options/configuration-file.js'
import { configurationSchema } from '../../src/cli/options/configuration-schema.js'
import { configurableCommands } from '../../src/cli/command-list.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { buildAdclip } from './command.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const defined = (define: (definition: Command) => void): Command => {
  const command = new Command('command')
  define(command)
  return command
}
const train = defined(defineTrain)
const table = defined(defineTable)
const wordsOf = (text: string, command = table, ...given: readonly string[]) =>
  configuredWords('run.yaml', text, command, given)

describe('a file of options', () => {
  it('gives words as they would be given: lists, pairs of names and values, flags, repeated texts', () => {
    const text = [
      'data: office home',
      'seeds: [1, 2]',
      'methods: coop',
      'switch: { entropy: rows, selection: last }',
      'template: ["a {}, drawn.", "the {}."]',
      'before-training: true',
      'per-class: false',
    ].join('\n')
    expect(expectRight(wordsOf(text))).toEqual([
      ...['--data', 'office home', '--seeds', '1,2', '--methods', 'coop'],
      ...['--switch', 'entropy=rows,selection=last'],
      ...['--template', 'a {}, drawn.', '--template', 'the {}.', '--before-training'],
    ])
    expect(expectRight(wordsOf('report: false', train))).toEqual(['--no-report'])
    expect(expectRight(wordsOf('# nothing yet'))).toEqual([])
  })

  it('yields to what is given on the command line', () => {
    expect(expectRight(wordsOf('seeds: [1]\nout: a', table, '--seeds=5'))).toEqual(['--out', 'a'])
    expect(expectRight(wordsOf('report: true', train, '--no-report'))).toEqual([])
  })

  it.each([
    ['sedes: [1]', "'sedes' is no option of the command", "is 'seeds' meant?"],
    ['qqqqqqqqqqqqqqqq: 1', "'qqqqqqqqqqqqqqqq' is no option of the command", 'see its --help'],
    ['config: other.yaml', "'config' is no option of the command", "is 'on' meant?"],
    ['per-class: 3', "'per-class' is neither true nor false", 'write per-class: true'],
    ['seeds: [[1]]', "the value of 'seeds' is neither", 'write it as after --seeds'],
    ['- seeds', 'it is no list of options with values', 'write lines such as'],
    ['seeds: [1', 'line 1', 'mend the file'],
    ['seeds: [1]\nseeds: [2]', 'Map keys must be unique', 'mend the file'],
  ])('is refused where it says %j', (text, problem, advice) => {
    const failure = expectLeft(wordsOf(text))
    expect(failure.problem).toContain(problem)
    if (text.startsWith('config')) return
    expect(failure.advice).toContain(advice)
  })

  it('is printed so that it gives the same options again', async () => {
    const given = [
      ...['table', '--data', 'somewhere', '--clip', 'clip.safetensors', '--out', 'out', '--seeds', '4,5'],
      ...['--template', 'a {}, drawn.', '--template', 'the {}.', '--pairs', 'art:photo', '--before-training'],
    ]
    const printed = await adclip.run(...given, '--print-config')
    expect({ code: printed.code, stderr: printed.stderr }).toEqual({ code: 0, stderr: '' })
    expect(printed.stdout).toContain('seeds: 4,5\n')
    expect(printed.stdout).toContain('before-training: true\n')
    await writeFile(`${adclip.folder}/run.yaml`, printed.stdout)
    const again = await adclip.run('table', '--config', 'run.yaml', '--print-config')
    expect(again).toEqual(printed)
    const other = await adclip.run('table', '--config=run.yaml', '--seeds', '9', '--print-config')
    expect(other.stdout).toBe(printed.stdout.replace('seeds: 4,5', 'seeds: 9'))
    const refused = await adclip.run('table', '--config', 'nowhere.yaml')
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--config nowhere.yaml')])
  }, 120_000)
})

describe('the schemas of files of options', () => {
  it.each(configurableCommands.map(({ name }) => name))('say what the options of %s say', async (name) => {
    const url = new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url)
    const listed = configurableCommands.find((each) => each.name === name)
    const command = new Command(name)
    ;(await listed?.load())?.(command)
    const schema = configurationSchema(command)
    expect(JSON.parse(await readFile(url, 'utf8')), 'npm run docs:schemas writes them').toEqual(schema)
    expect(Object.keys(schema.properties)).toEqual([...configurableOptions(command).keys()])
  })
})
