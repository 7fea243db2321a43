/** The job file of a study for this machine: as many processes as its memory allows. Pure. */
import type { JobSet } from './job-set.js'
import { submitFile } from './job-set.js'
import { shellWords } from './shell-words.js'

/** How many processes run at a time: as many as fit into the memory, one at least, and no more than cores or runs. */
export const processesFor = ({ cells: { memory, tasks } }: JobSet, limit: number, cores: number): number =>
  Math.max(Math.min(Math.floor(limit / memory), cores, tasks), 1)

/**
 * The file by its name. One process encodes all images, in all threads of the machine. Then every process goes over all runs and leaves to the others what they are doing, so none of them waits for
 * a share that takes longer.
 */
export const localFiles = (
  { workingFolder, folder, encode, cells, collect, table }: JobSet,
  commands: { readonly encode: readonly string[]; readonly cells: readonly string[] },
  processes: number,
): Readonly<Record<string, string>> => ({
  [submitFile]: [
    '#!/bin/bash',
    `cd ${shellWords([workingFolder])} || exit 2`,
    `mkdir -p ${shellWords([`${folder}/logs`])}`,
    `${shellWords([...commands.encode, '--encode'])} > ${shellWords([`${folder}/logs/${encode.name}.log`])} 2>&1 || exit 2`,
    `for number in $(seq ${processes}); do`,
    `  ${shellWords([...commands.cells, '--shard', '0/1'])} > ${shellWords([`${folder}/logs/${cells.name}`])}-"$number".log 2>&1 &`,
    'done',
    'wait',
    `${shellWords(collect.command)} > ${shellWords([table])}`,
    'code=$?',
    `cat ${shellWords([table])}`,
    'exit "$code"',
    '',
  ].join('\n'),
})
