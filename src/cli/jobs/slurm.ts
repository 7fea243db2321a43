/** The job files of a study for Slurm: arrays of tasks, each file complete in itself. Pure. */
import type { Job, JobSet } from './job-set.js'
import { submitFile } from './job-set.js'
import { shellWords } from './shell-words.js'
import { slurmNumbersFile } from './submission.js'

export interface SlurmChoices {
  readonly partition?: string
}

/** How often a task whose process was killed, by lack of memory or by hand, is tried in place. */
const attempts = 3

const script = (
  { folder, workingFolder }: JobSet,
  { name, command, tasks, cpus, gpus, memory, minutes }: Job,
  { partition }: SlurmChoices,
  output: string | undefined,
): string =>
  [
    '#!/bin/bash',
    `#SBATCH --job-name=${name}`,
    ...(tasks === 1 && output !== undefined ? [] : [`#SBATCH --array=0-${tasks - 1}`]),
    ...(partition === undefined ? [] : [`#SBATCH --partition=${partition}`]),
    `#SBATCH --cpus-per-task=${cpus}`,
    ...(gpus === 0 ? [] : [`#SBATCH --gpus-per-task=${gpus}`, '#SBATCH --ntasks=1']),
    `#SBATCH --mem=${Math.ceil(memory / 2 ** 20)}M`,
    `#SBATCH --time=${minutes}`,
    `#SBATCH --chdir=${workingFolder}`,
    `#SBATCH --output=${folder}/logs/${name}${output === undefined ? '-%a' : ''}.log`,
    // A task that was preempted goes on where it was, on whatever node.
    '#SBATCH --requeue',
    '#SBATCH --open-mode=append',
    '',
    `# A process that was killed is started again, up to ${attempts} times; a run that failed for a reason of its own is not.`,
    `for attempt in $(seq ${attempts}); do`,
    `  ${shellWords(command)}${output === undefined ? '' : ` > ${shellWords([output])}`}`,
    '  code=$?',
    '  if [ "$code" -lt 128 ]; then exit "$code"; fi',
    '  echo "attempt $attempt was ended by a signal (exit code $code)" >&2',
    'done',
    'exit "$code"',
    '',
  ].join('\n')

/**
 * The files by name. `submit.sh` hands the others to `sbatch`: the runs begin once all images are encoded, and the table is
 * collected once all of them have ended, however they did.
 */
export const slurmFiles = (set: JobSet, choices: SlurmChoices): Readonly<Record<string, string>> => ({
  'encode.sbatch': script(set, set.encode, choices, undefined),
  'cells.sbatch': script(set, set.cells, choices, undefined),
  'collect.sbatch': script(set, set.collect, choices, set.table),
  [submitFile]: [
    '#!/bin/bash',
    'set -e',
    'cd "$(dirname "$0")"',
    'mkdir -p logs',
    '# The number of a job, without the name of its cluster.',
    'hand_over() { local answer; answer=$(sbatch --parsable "$@") || return; echo "${answer%%;*}"; }',
    'encode=$(hand_over encode.sbatch)',
    'cells=$(hand_over --dependency=afterok:"$encode" --kill-on-invalid-dep=yes cells.sbatch)',
    'collect=$(hand_over --dependency=afterany:"$cells" collect.sbatch)',
    `printf '{"encode":"%s","cells":"%s","collect":"%s"}\\n' "$encode" "$cells" "$collect" > ${slurmNumbersFile}`,
    'echo "encode $encode cells $cells collect $collect"',
    '',
  ].join('\n'),
})
