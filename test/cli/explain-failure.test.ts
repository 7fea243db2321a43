import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { addCommands } from '../../src/cli/command-list.js'
import type { CommandFailure } from '../../src/cli/explain-failure.js'
import { explainForCommand, optionsIn, optionsOf } from '../../src/cli/explain-failure.js'
import type { Failure } from '../../src/effects/index.js'
import { settingFields } from '../../src/effects/index.js'

const program = new Command('adclip')
await addCommands(program, [
  'ablate',
  'convert',
  'demo',
  'evaluate',
  'fetch',
  'predict',
  'pretrain',
  'report',
  'table',
  'train',
])

const commandOf = (name: string): Command =>
  program.commands.find((command) => command.name() === name) ?? expect.fail(`no command ${name}`)

/** What a command says of a failure. */
const said = (name: string, failure: CommandFailure): string => explainForCommand(commandOf(name), failure)

const refused = (field: Extract<Failure, { tag: 'InvalidSetting' }>['field'], at?: string): Failure => ({
  tag: 'InvalidSetting',
  field,
  ...(at === undefined ? {} : { at }),
  problem: 'it cannot be',
  advice: 'change it',
})

describe('every setting that a failure of the library can name', () => {
  it.each(settingFields)('is set by options that some command has, or by none: %s', (field) => {
    const known = new Set(program.commands.flatMap((command) => [...optionsIn(command)]))
    expect(optionsOf(field).filter((option) => !known.has(option))).toEqual([])
  })

  it('is set by an option, but for those that follow from the data and the files', () => {
    expect(settingFields.filter((field) => optionsOf(field).length === 0)).toEqual([
      'batches',
      'classes',
      'steps',
      'tensors',
    ])
  })
})

describe('a command names a setting', () => {
  it.each([
    ['train', refused('templates'), '--template: it cannot be'],
    ['train', refused('settings.levels'), '--levels: it cannot be'],
    ['train', refused('source'), '--source: it cannot be'],
    ['table', refused('source'), '--pairs: it cannot be'],
    ['table', refused('pairs'), '--pairs: it cannot be'],
    ['table', refused('directory'), '--out: it cannot be'],
    ['train', refused('start'), '--resume: it cannot be'],
    ['train', refused('data', 'pacs'), '--data (pacs): it cannot be'],
    ['pretrain', refused('resolution'), '--resolution: it cannot be'],
    ['pretrain', refused('visionWidth'), '--vision-width: it cannot be'],
    ['pretrain', refused('textWidth'), '--text-width: it cannot be'],
    ['convert', refused('convention', 'hugging-face'), '--to (hugging-face): it cannot be'],
    ['convert', refused('output', 'x.safetensors'), '--out (x.safetensors): it cannot be'],
    ['fetch', refused('name', 'ViT'), '<name> (ViT): it cannot be'],
    [
      'train',
      { tag: 'MemoryTooSmall', what: 'a step', needed: 2 ** 31, given: 2 ** 30 },
      '--memory: a step needs about 2.00 GiB, and 1.00 GiB are allowed',
    ],
  ] as const)('of %s by the option that sets it: %o', (name, failure, line) => {
    expect(said(name, failure).split('\n')[0]).toBe(line)
  })

  it('by its place or its name in the library where the command has no option for it', () => {
    expect(said('fetch', refused('data', 'pacs/photo'))).toBe('pacs/photo: it cannot be\n  → change it')
    expect(said('train', refused('classes'))).toBe('classes: it cannot be\n  → change it')
  })
})

describe('a command says what helps', () => {
  it('with the option that does', () => {
    const layout: Failure = { ...refusal, instead: { field: 'layout', value: 'folder' } }
    expect(said('train', layout)).toContain('→ change it, or give --layout folder')
    expect(said('evaluate', layout)).toContain('→ change it, or set layout to folder')
    expect(
      said('train', { ...refusal, instead: { field: 'settings.switches.selection', value: 'last' } }),
    ).toContain('→ change it, or give --switch selection=last')
    const named: Failure = {
      ...refusal,
      instead: { field: 'layout', value: 'folder', purpose: 'to read it as folders' },
    }
    expect(said('train', named)).toContain('→ change it; to read it as folders, give --layout folder')
  })

  it('where images are broken: leaving out --strict, if the command has it', () => {
    const broken: Failure = { tag: 'BadImages', root: 'pacs', images: [{ path: 'a', problem: 'no image' }] }
    expect(said('train', broken)).toContain('or leave out --strict to go on without them')
    expect(said('demo', broken)).not.toContain('--')
  })

  it('where something is in the way: only the options that the command has', () => {
    const unfinished: Failure = {
      ...{ tag: 'OutputTaken', path: 'runs/a', wanted: 'folder' },
      ...{ found: 'it holds an unfinished adaptation run', ways: ['resume', 'overwrite'] },
    }
    expect(said('train', unfinished)).toBe(
      '--out (runs/a): it holds an unfinished adaptation run\n' +
        '  → to go on with it, give --resume; to remove it and begin anew, give --overwrite; or give another --out',
    )
    expect(said('demo', unfinished)).toContain('→ to remove it and begin anew, give --overwrite; or give')
    expect(said('table', unfinished)).toContain('→ give another --out')
  })

  it('where there is no run: leaving out --resume, or the directory of another one', () => {
    const missing: Failure = {
      ...{ tag: 'RunMissing', directory: 'runs/a', wanted: 'adaptation run' },
      ...{ found: 'it holds a pretraining run', wantedTo: 'resume' },
    }
    expect(said('train', missing)).toBe(
      'runs/a: there is no adaptation run in it: it holds a pretraining run\n' +
        '  → check the path; to begin a run there, leave out --resume',
    )
    expect(said('evaluate', { ...missing, wantedTo: 'read' })).toContain(
      '→ give the directory of a run of adclip train',
    )
  })

  it('after an interruption: --resume, if the command has it', () => {
    const stopped: Failure = { tag: 'Interrupted', by: 'signal' }
    expect(said('train', stopped)).toBe('run: stopped on request\n  → start it again, with --resume')
    expect(said('table', stopped)).toBe('run: stopped on request\n  → start it again')
  })

  it('with a checkpoint that is not what is needed: inspecting it, or fetching another', () => {
    const misfit: Failure = {
      tag: 'CheckpointMisfit',
      path: 'clip',
      model: "a CLIP under OpenAI's names",
      missing: ['visual.proj'],
      unexpected: [],
      misshapen: [],
    }
    expect(said('train', misfit)).toContain('; adclip inspect clip shows all that it holds')
    const unsupported = {
      tag: 'FileUnsupported',
      path: 'clip',
      found: 'a web page',
      advice: 'save it',
    } as const
    expect(said('train', { ...unsupported, help: 'inspect' })).toContain('save it; adclip inspect clip shows')
    expect(said('train', { ...unsupported, help: 'fetch' })).toContain(
      'or fetch a published CLIP: adclip fetch',
    )
    expect(said('train', unsupported)).toBe('clip: it is a web page\n  → save it')
  })

  it('with a run that is incomplete: evaluating it, or training it again', () => {
    expect(said('report', { tag: 'RunIncomplete', directory: 'runs/a', lacks: 'evaluation' })).toBe(
      'runs/a: the run has not been evaluated\n  → evaluate it first: adclip evaluate --run runs/a',
    )
    expect(said('evaluate', { tag: 'RunIncomplete', directory: 'runs/a', lacks: 'classes' })).toContain(
      'adclip train --out runs/a --resume',
    )
  })

  it('with an option that only the command knows, as it was given', () => {
    expect(
      said('train', {
        tag: 'OptionRefused',
        option: '--engine auto',
        problem: 'none works',
        advice: 'see why',
      }),
    ).toBe('--engine auto: none works\n  → see why')
  })
})

const refusal = {
  tag: 'InvalidSetting',
  field: 'data',
  problem: 'it cannot be',
  advice: 'change it',
} as const
