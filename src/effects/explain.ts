/** Failures in words: what, where and what to do. */
import { match } from 'ts-pattern'
import type { Explanation } from '../engines/explain.js'
import { describeEngineFailure, inWords } from '../engines/explain.js'
import { listed } from './listed.js'
import type { Failure, OperationNote, Origin } from './failure.js'
import type { SettingField, SuggestedSetting } from './setting-field.js'

/** Advice, and a setting that helps as well; `assignment` says how that is set. */
export const withSuggestion = (
  advice: string,
  suggestion: SuggestedSetting | undefined,
  assignment: (field: SettingField, value: string) => string,
): string => {
  if (suggestion === undefined) return advice
  const { field, value, purpose } = suggestion
  return purpose === undefined
    ? `${advice}, or ${assignment(field, value)}`
    : `${advice}; ${purpose}, ${assignment(field, value)}`
}

/** The parts of the message of a failure. Total: a failure without words does not compile. */
export const describeFailure = (failure: Failure): Explanation =>
  match(failure)
    .returnType<Explanation>()
    .with({ tag: 'FileMissing' }, ({ path, kind, found }) => ({
      where: path,
      what: found === undefined ? `no such ${kind}` : `it is a ${found}, and a ${kind} is needed`,
      advice: 'check the path',
    }))
    .with({ tag: 'FileRefused' }, ({ path, action, reason }) => ({
      where: path,
      what: `cannot ${action}: ${reason}`,
      advice: 'check permissions and free space',
    }))
    .with({ tag: 'FolderInUse' }, ({ path, pid, host, lock }) => ({
      where: path,
      what: `process ${pid} on ${host} writes in it`,
      advice: `wait until it ends, or take another folder; if that process is gone, its lock is taken over: on another machine two minutes after its last sign of life (${lock})`,
    }))
    .with({ tag: 'FileTooShort' }, ({ path, size, wanted }) => ({
      where: path,
      what: `the file ends after ${size} bytes, wanted ${wanted}`,
      advice: 'fetch or write the file again',
    }))
    .with({ tag: 'FileUnsupported' }, ({ path, found, advice }) => ({
      where: path,
      what: `it is ${found}`,
      advice,
    }))
    .with({ tag: 'CheckpointMisfit' }, ({ path, model, missing, unexpected, misshapen }) => ({
      where: path,
      what: [
        `its tensors are not those of ${model}`,
        ...listed('missing', missing.map(quoted)),
        ...listed('unexpected', unexpected.map(quoted)),
        ...listed(
          'of another shape',
          misshapen.map(({ name, expected, found }) => `${quoted(name)} is ${found}, wanted ${expected}`),
        ),
      ].join('; '),
      advice: 'check that the file is whole and of this model',
    }))
    .with({ tag: 'HubUnreachable' }, ({ hub, reason }) => ({
      where: hub,
      what: `cannot be reached: ${reason}`,
      advice:
        'check the network; what has arrived is kept, and the next attempt continues from there. Or copy the file here yourself',
    }))
    .with({ tag: 'HubRefused' }, ({ hub, asked, reason }) => ({
      where: hub,
      what: `does not give ${asked}: ${reason}`,
      advice: 'check the name of the repository',
    }))
    .with({ tag: 'HashMismatch' }, ({ path, expected, found }) => ({
      where: path,
      what: `the file that arrived is not the hub's: its hash is ${found}, wanted ${expected}`,
      advice: 'it was removed; fetch it again',
    }))
    .with({ tag: 'FileBroken' }, ({ path, format, problem }) => ({
      where: path,
      what: `not a valid ${format} file: ${problem}`,
      advice: 'fetch or write the file again',
    }))
    .with({ tag: 'DecodeFailed' }, ({ path, problems }) => ({
      where: path,
      what: problems.join('; '),
      advice: 'correct the named fields',
    }))
    .with({ tag: 'ImageBroken' }, ({ path, reason }) => ({
      where: path,
      what: `cannot decode the image: ${reason}`,
      advice: 'replace or remove the file',
    }))
    .with({ tag: 'BadImages' }, ({ root, images }) => ({
      where: root,
      what: [
        `${images.length === 1 ? 'an image is' : `${images.length} images are`} missing or broken`,
        ...images.map(({ path, problem }) => `${path}: ${problem}`),
      ].join('; '),
      advice: 'replace or remove them, or read without strict, which leaves them out',
    }))
    .with(
      { tag: 'TensorMissing' },
      { tag: 'TensorUnexpected' },
      { tag: 'ShapeMismatch' },
      { tag: 'SizeConflict' },
      { tag: 'ProgramRejected' },
      { tag: 'EngineFailed' },
      describeEngineFailure,
    )
    .with({ tag: 'Diverged' }, ({ quantity, step, value, noticed = step, origin, batch = [], saved }) => ({
      where: `step ${step}`,
      what: [
        noticed === step ? `${quantity} is ${value}` : `in step ${noticed} ${quantity} is ${value}`,
        ...(origin === undefined ? [] : originInWords(origin)),
        ...listed('its batch is', batch),
      ].join('; '),
      advice: [
        origin?.by.op === 'input' ? 'correct the data' : 'lower the learning rate or clip the gradient',
        ...(saved === undefined
          ? []
          : [`the checkpoint of step ${saved} is finite and stays, and a resumed run continues from it`]),
      ].join('; '),
    }))
    .with({ tag: 'NotFinite' }, ({ quantity, where, value, place, advice }) => ({
      where,
      what:
        place.length === 0 ? `${quantity} is ${value}` : `${quantity} is ${value} at [${place.join(', ')}]`,
      advice,
    }))
    .with({ tag: 'InvalidSetting' }, ({ field, at, problem, advice, instead }) => ({
      where: at === undefined ? field : `${field} (${at})`,
      what: problem,
      advice: withSuggestion(advice, instead, (setting, value) => `set ${setting} to ${value}`),
    }))
    .with({ tag: 'RunIncomplete', lacks: 'training' }, ({ directory }) => ({
      where: directory,
      what: 'the run in it is unfinished',
      advice: 'resume it first',
    }))
    .with({ tag: 'RunIncomplete', lacks: 'evaluation' }, ({ directory }) => ({
      where: directory,
      what: 'the run has not been evaluated',
      advice: 'evaluate it first',
    }))
    .with({ tag: 'RunIncomplete', lacks: 'classes' }, ({ directory }) => ({
      where: directory,
      what: 'the run was trained by a version that did not write down its classes',
      advice: 'train it again and resume it, which writes them down',
    }))
    .with({ tag: 'RunMissing' }, ({ directory, wanted, found, wantedTo }) => ({
      where: directory,
      what: `there is no ${wanted} in it: ${found}`,
      advice: wantedTo === 'read' ? 'check the path' : 'check the path, or begin a run in an empty directory',
    }))
    .with({ tag: 'OutputTaken' }, ({ path, wanted, found, ways }) => ({
      where: path,
      what: found,
      advice: [`choose another ${wanted}`, ...ways.map((way) => wayInWords[way])].join('; '),
    }))
    .with({ tag: 'MemoryTooSmall' }, ({ what, needed, given }) => ({
      where: 'memory',
      what: `${what} needs about ${gibibytes(needed)}, and ${gibibytes(given)} are allowed`,
      advice: 'allow more, or take fewer classes, a smaller batch or a smaller CLIP',
    }))
    .with({ tag: 'Interrupted' }, ({ by }) => ({
      where: 'run',
      what: by === 'signal' ? 'stopped on request' : 'crashed',
      advice: 'start it again; training can be resumed from its last checkpoint',
    }))
    .exhaustive()

const wayInWords = {
  resume: 'or resume the run that is there',
  overwrite: 'or overwrite what is there, which removes it',
} as const

const operationInWords = ({ operation, shape, scope, source, pass }: OperationNote): string =>
  [
    `${operation} ${shape}`,
    ...(scope === '' ? [] : [`in ${scope}`]),
    ...(source === undefined ? [] : [`at ${source}`]),
    ...(pass === 'forward' ? [] : ['(in the gradient or the update)']),
  ].join(' ')

/** `the first infinity is the result of exp [B,3] in encoder at model.ts:12:5; sub [B,3] made NaN of it`. */
const originInWords = ({ made, by, nanBy }: Origin): readonly string[] => [
  by.op === 'input' || by.op === 'parameter'
    ? `the first ${made} is in ${operationInWords(by)}`
    : `the first ${made} is the result of ${operationInWords(by)}`,
  ...(nanBy === undefined ? [] : [`${operationInWords(nanBy)} made NaN of it`]),
]

/**
 * One to two plain lines: where and what, then what to do.
 *
 * @example
 * explain({ tag: 'FileMissing', path: 'clip.safetensors', kind: 'file' })
 * // 'clip.safetensors: no such file\n  → check the path'
 */
export const explain = (failure: Failure): string => inWords(describeFailure(failure))

/** Bytes in words: `7.35 GiB`. */
export const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`

const quoted = (name: string): string => `'${name}'`
