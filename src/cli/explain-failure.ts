/** Failures in the words of the command: a setting by the option that sets it, and the command that helps. */
import type { Command } from 'commander'
import { match, P } from 'ts-pattern'
import type { Failure, MethodSettingField, SettingField } from '../effects/index.js'
import { isMethodSetting } from '../effects/index.js'
import { settingFlag } from './options/setting-flag.js'
import { describeFailure, withSuggestion } from '../effects/explain.js'
import type { Explanation } from '../engines/explain.js'
import { inWords } from '../engines/explain.js'

/** An option of the command that cannot be used as it was given, where only the command knows of it. */
export interface OptionRefused {
  readonly tag: 'OptionRefused'
  /** As it was given: `--engine auto`. */
  readonly option: string
  readonly problem: string
  readonly advice: string
}

/** Everything that ends a command. */
export type CommandFailure = Failure | OptionRefused

/**
 * The options and arguments that set a field, over all commands; a command has some of them or none. Names of classes
 * come from the data set, tensors from checkpoints, batches and steps from epochs and images: no option sets them.
 */
const listedOptions: Readonly<Record<Exclude<SettingField, MethodSettingField>, readonly string[]>> = {
  ablation: ['--over'],
  activation: ['--activation'],
  batch: ['--batch'],
  batches: [],
  cell: ['--cell'],
  classes: [],
  clip: ['--clip'],
  convention: ['--to'],
  data: ['--data'],
  directory: ['--out', '--run'],
  hub: ['--hub'],
  images: ['<images>'],
  layout: ['--layout'],
  memory: ['--memory'],
  method: ['--method'],
  name: ['<name>'],
  output: ['--out'],
  pairs: ['--pairs'],
  resolution: ['--resolution'],
  source: ['--source', '--pairs'],
  start: ['--resume'],
  steps: [],
  strict: ['--strict'],
  templates: ['--template'],
  tensors: [],
  textWidth: ['--text-width'],
  values: ['--values'],
  visionWidth: ['--vision-width'],
  warmUpEpochs: ['--warm-up'],
}

/** The name of a method's setting, and of a point of it, in `settings.switches.selection`. */
const partsOf = (field: MethodSettingField): readonly string[] => field.split('.').slice(1)

/** The options that set a field: see `listedOptions`; a method's setting has the option that is derived from it. */
export const optionsOf = (field: SettingField): readonly string[] =>
  isMethodSetting(field) ? partsOf(field).slice(0, 1).map(settingFlag) : listedOptions[field]

/** The options that a command has, as `--data`, and its arguments, as `<name>`. */
export const optionsIn = (command: Command): ReadonlySet<string> =>
  new Set([
    ...command.options.flatMap(({ long }) => long ?? []),
    ...command.registeredArguments.map((argument) => `<${argument.name()}>`),
  ])

/** How a value is given to a field: `--layout folder`, `--switch selection=last`. */
const assignment = (option: string, field: SettingField, value: string): string => {
  const point = isMethodSetting(field) ? partsOf(field)[1] : undefined
  return point === undefined ? `${option} ${value}` : `${option} ${point}=${value}`
}

/**
 * A failure as the user of a command with these options reads it. A field that none of them sets keeps the library's
 * name; where the failure names a place, that says enough.
 */
const describeForCommand = (options: ReadonlySet<string>, failure: CommandFailure): Explanation => {
  const given = (field: SettingField): string | undefined =>
    optionsOf(field)
      .filter((option) => options.has(option))
      .join(', ') || undefined
  const set = (field: SettingField, value: string): string => {
    const option = given(field)
    return option === undefined ? `set ${field} to ${value}` : `give ${assignment(option, field, value)}`
  }
  const described = (known: Failure, advice: (said: string) => string): Explanation => {
    const explanation = describeFailure(known)
    return { ...explanation, advice: advice(explanation.advice) }
  }
  return match(failure)
    .returnType<Explanation>()
    .with({ tag: 'OptionRefused' }, ({ option, problem, advice }) => ({
      where: option,
      what: problem,
      advice,
    }))
    .with({ tag: 'InvalidSetting' }, ({ field, at, problem, advice, instead }) => {
      const option = given(field)
      return {
        where: option === undefined ? (at ?? field) : at === undefined ? option : `${option} (${at})`,
        what: problem,
        advice: withSuggestion(advice, instead, set),
      }
    })
    .with({ tag: 'MemoryTooSmall' }, (known) => ({
      ...describeFailure(known),
      where: given('memory') ?? 'memory',
    }))
    .with({ tag: 'BadImages' }, (known) =>
      described(known, (said) =>
        given('strict') === undefined
          ? said
          : 'replace or remove them, or leave out --strict to go on without them',
      ),
    )
    .with({ tag: 'CheckpointMisfit' }, { tag: 'FileUnsupported', help: 'inspect' }, (known) =>
      described(known, (said) => `${said}; adclip inspect ${known.path} shows all that it holds`),
    )
    .with({ tag: 'FileUnsupported', help: 'fetch' }, (known) =>
      described(known, (said) => `${said}; or fetch a published CLIP: adclip fetch`),
    )
    .with({ tag: 'RunIncomplete', lacks: 'training' }, (known) =>
      described(
        known,
        () =>
          `train it to its end with the same options and --resume: adclip train --out ${known.directory} --resume ...`,
      ),
    )
    .with({ tag: 'RunMissing' }, (known) =>
      described(known, (said) =>
        known.wantedTo === 'read'
          ? 'give the directory of a run of adclip train'
          : options.has('--resume')
            ? 'check the path; to begin a run there, leave out --resume'
            : said,
      ),
    )
    .with({ tag: 'OutputTaken' }, (known) => {
      const { path, wanted, ways } = known
      const out = given('output')
      const helpful = [
        ...(ways.includes('resume') && options.has('--resume') ? ['to go on with it, give --resume'] : []),
        ...(ways.includes('overwrite') && options.has('--overwrite')
          ? ['to remove it and begin anew, give --overwrite']
          : []),
      ]
      return {
        ...described(known, () =>
          [...helpful, `${helpful.length === 0 ? 'give' : 'or give'} another ${out ?? wanted}`].join('; '),
        ),
        where: out === undefined ? path : `${out} (${path})`,
      }
    })
    .with({ tag: 'RunIncomplete', lacks: 'evaluation' }, (known) =>
      described(known, (said) => `${said}: adclip evaluate --run ${known.directory}`),
    )
    .with({ tag: 'RunIncomplete', lacks: 'classes' }, (known) =>
      described(
        known,
        () =>
          `train it again with the same options and --resume, which writes them down: adclip train --out ${known.directory} --resume ...`,
      ),
    )
    .with({ tag: 'HubUnreachable' }, (known) =>
      described(
        known,
        () =>
          'check the network; what has arrived is kept, and the same command continues from there. Or copy the file here yourself',
      ),
    )
    .with({ tag: 'Interrupted' }, (known) =>
      described(known, () =>
        given('start') === undefined ? 'start it again' : 'start it again, with --resume',
      ),
    )
    .with(P.any, describeFailure)
    .exhaustive()
}

/** The lines that a command ends with: where and what, then what to do. */
export const explainForCommand = (command: Command, failure: CommandFailure): string =>
  inWords(describeForCommand(optionsIn(command), failure))
