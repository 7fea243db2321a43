/** What `submit` writes of the jobs of a study next to their files, for those who ask how far they are. */
import * as t from 'io-ts'
import { literals } from '../../dsl/documents/literals.js'
import type { JobSet } from './job-set.js'

export const schedulers = ['slurm', 'kubernetes', 'local'] as const
export type Scheduler = (typeof schedulers)[number]

/** The parts of a study that are jobs, in the order in which they depend on each other. */
export const jobParts = ['encode', 'cells', 'collect'] as const
export type JobPart = (typeof jobParts)[number]

/** The file that says which jobs there are, in the folder of the job files. */
export const submissionFile = 'submission.json'

const partCodec = t.type({ name: t.string, tasks: t.number })

export const submissionCodec = t.intersection([
  t.type({
    scheduler: literals(schedulers),
    /** Of the study, for schedulers. */
    name: t.string,
    encode: partCodec,
    cells: partCodec,
    collect: partCodec,
  }),
  t.partial({ namespace: t.string }),
])

/** The jobs of a study: who was to run them, their names and their numbers of tasks. */
export type Submission = t.TypeOf<typeof submissionCodec>

export const submissionOf = (
  scheduler: Scheduler,
  { name: study, encode, cells, collect }: JobSet,
  namespace: string | undefined,
): Submission => {
  const part = ({ name, tasks }: JobSet['encode']) => ({ name, tasks })
  return {
    scheduler,
    name: study,
    encode: part(encode),
    cells: part(cells),
    collect: part(collect),
    ...(namespace === undefined ? {} : { namespace }),
  }
}

/** The file in which `submit.sh` keeps the numbers that Slurm gives the jobs. */
export const slurmNumbersFile = 'slurm-numbers.json'

export const slurmNumbersCodec = t.type({ encode: t.string, cells: t.string, collect: t.string })

/** The numbers of the jobs. */
export type SlurmNumbers = t.TypeOf<typeof slurmNumbersCodec>
