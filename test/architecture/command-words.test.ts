import { describe, expect, it } from 'vitest'
import { roomOf } from './layers.js'
import { sourceFiles } from './source-files.js'

/** Custom properties of CSS look like options. */
const withoutCss = (line: string): string => line.replaceAll(/var\(--[a-z-]+\)|--[a-z-]+:/g, '')

/** Lines that call another program, with options of its own. */
const callsAnotherProgram = (line: string): boolean => /nvidia-smi|npm rebuild|execArgv/.test(line)

/** Whether a line of code, a message or a comment speaks of an option of the command, or of the command itself. */
const speaksOfTheCommand = (line: string): boolean =>
  /(^|[^a-z-])adclip [a-z-]|(^|[^\w-])--[a-z]/.test(withoutCss(line)) && !callsAnotherProgram(line)

const wordsOfTheCommand = (room: (name: string) => boolean): readonly string[] =>
  sourceFiles()
    .filter(({ path }) => room(roomOf(path)))
    .flatMap(({ path, tree }) =>
      tree.text
        .split('\n')
        .flatMap((line, i) => (speaksOfTheCommand(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
    )

describe('options and commands', () => {
  it('are spoken of by the command alone: the library names fields and facts', () => {
    expect(wordsOfTheCommand((room) => room !== 'cli')).toEqual([])
  })

  it('are found where there are some', () => {
    expect(wordsOfTheCommand((room) => room === 'cli').length).toBeGreaterThan(100)
    expect(["'leave out --strict'", 'see: adclip engines', '`adclip train`'].map(speaksOfTheCommand)).toEqual(
      [true, true, true],
    )
    expect(['fill: var(--soft)', '--card: #fff', 'i--', 'adclip.ts'].map(speaksOfTheCommand)).toEqual([
      false,
      false,
      false,
      false,
    ])
  })
})
