/** What Kubernetes says of the tasks of a study: the arguments of `kubectl`, and its answer, decoded. Pure. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { parse } from 'fp-ts/lib/Json.js'
import * as t from 'io-ts'
import { decodeProblems } from '../../dsl/documents/decode-problems.js'
import { jobLabels } from './kubernetes.js'
import type { Submission } from './submission.js'
import type { TaskState, TaskStates } from './task-state.js'

const conditions = t.array(
  t.intersection([
    t.type({ type: t.string, status: t.string }),
    t.partial({ reason: t.string, message: t.string }),
  ]),
)

const jobCodec = t.type({
  kind: t.literal('Job'),
  metadata: t.type({ name: t.string }),
  status: t.partial({ conditions, completedIndexes: t.string, failedIndexes: t.string }),
})

const containerState = t.partial({
  waiting: t.partial({ reason: t.string }),
  terminated: t.intersection([t.type({ exitCode: t.number }), t.partial({ reason: t.string })]),
})

const podCodec = t.type({
  kind: t.literal('Pod'),
  metadata: t.intersection([
    t.type({ name: t.string }),
    t.partial({
      labels: t.record(t.string, t.string),
      annotations: t.record(t.string, t.string),
      creationTimestamp: t.string,
    }),
  ]),
  status: t.intersection([
    t.type({ phase: t.string }),
    t.partial({
      reason: t.string,
      conditions,
      containerStatuses: t.array(t.partial({ state: containerState })),
    }),
  ]),
})

type Job = t.TypeOf<typeof jobCodec>
type Pod = t.TypeOf<typeof podCodec>

const answerCodec = t.type({ items: t.array(t.union([jobCodec, podCodec])) })

/** Words after `kubectl`: the jobs of a study and their pods, as one list. */
export const kubectlWords = ({ name, namespace }: Submission): readonly string[] => [
  'get',
  'jobs,pods',
  '--output=json',
  '--request-timeout=20s',
  ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
  `--selector=${Object.entries(jobLabels(name))
    .map(([key, value]) => `${key}=${value}`)
    .join(',')}`,
]

/** The numbers that the status of a job writes as `0,2-4`. */
const numbersIn = (ranges: string | undefined): ReadonlySet<number> =>
  new Set(
    (ranges ?? '')
      .split(',')
      .filter((range) => range !== '')
      .flatMap((range) => {
        const [first = 0, last = first] = range.split('-').map(Number)
        return Array.from({ length: last - first + 1 }, (_, i) => first + i)
      }),
  )

const conditionOf = (all: t.TypeOf<typeof conditions> | undefined, type: string, status = 'True') =>
  all?.find((each) => each.type === type && each.status === status)

const isOf = (job: string, { metadata: { labels } }: Pod): boolean =>
  labels?.['batch.kubernetes.io/job-name'] === job || labels?.['job-name'] === job

const indexOf = ({ metadata: { annotations } }: Pod): number =>
  Number(annotations?.['batch.kubernetes.io/job-completion-index'] ?? Number.NaN)

/** Why a pod ended badly: `OOMKilled, exit code 137`. */
const endOf = ({ status: { reason, containerStatuses = [] } }: Pod): string => {
  const [ended] = containerStatuses.flatMap(({ state }) => state?.terminated ?? [])
  const words = [
    reason ?? ended?.reason ?? 'Failed',
    ...(ended === undefined ? [] : [`exit code ${ended.exitCode}`]),
  ]
  return words.join(', ')
}

/** What a pod waits for: an image that cannot be pulled, a node with enough memory. */
const waitOf = ({ status: { conditions: own, containerStatuses = [] } }: Pod): string | undefined => {
  const [reason] = containerStatuses.flatMap(({ state }) => state?.waiting?.reason ?? [])
  const unscheduled = conditionOf(own, 'PodScheduled', 'False')
  return reason ?? unscheduled?.message ?? unscheduled?.reason
}

const stateOfPod = (pod: Pod): TaskState => {
  switch (pod.status.phase) {
    case 'Running':
      return { tag: 'Running' }
    case 'Succeeded':
      return { tag: 'Done' }
    case 'Failed':
      return { tag: 'Waiting', reason: `to be started again after ${endOf(pod)}` }
    default:
      return { tag: 'Waiting', reason: waitOf(pod) }
  }
}

/** The states of the tasks of a job: what the job itself says of them, else its newest pod. */
const tasksOf = (job: Job, tasks: number, pods: readonly Pod[]): TaskStates => {
  const { status, metadata } = job
  const [completed, failed] = [numbersIn(status.completedIndexes), numbersIn(status.failedIndexes)]
  const whole = conditionOf(status.conditions, 'Failed')
  const newest = new Map(
    pods
      .filter((pod) => isOf(metadata.name, pod))
      .toSorted((a, b) =>
        (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''),
      )
      .map((pod) => [indexOf(pod), pod]),
  )
  const stateOf = (index: number): TaskState => {
    const pod = newest.get(index)
    if (completed.has(index)) return { tag: 'Done' }
    if (failed.has(index) || (whole !== undefined && pod?.status.phase !== 'Running')) {
      const reason = pod?.status.phase === 'Failed' ? endOf(pod) : (whole?.reason ?? 'its pods failed')
      return { tag: 'Failed', reason: `Kubernetes says ${reason}` }
    }
    return pod === undefined ? { tag: 'Waiting', reason: 'no pod yet' } : stateOfPod(pod)
  }
  return new Map(Array.from({ length: tasks }, (_, index) => [index, stateOf(index)]))
}

/** The tasks of a job that is handed over once another has ended; none where neither is there. */
const tasksAfter = (before: Job | undefined, tasks: number): TaskStates => {
  if (before === undefined) return new Map()
  const state: TaskState =
    conditionOf(before.status.conditions, 'Failed') === undefined
      ? { tag: 'Waiting', reason: `for ${before.metadata.name}` }
      : { tag: 'Failed', reason: `Kubernetes says ${before.metadata.name} failed` }
  return new Map(Array.from({ length: tasks }, (_, index) => [index, state]))
}

/** The answer of `kubectl`. Fails with a sentence where it is no list of jobs and pods. */
export const kubectlAnswer = (
  { encode, cells }: Submission,
  text: string,
): E.Either<string, { readonly encode: TaskStates; readonly cells: TaskStates }> =>
  pipe(
    parse(text),
    E.mapLeft(() => 'kubectl answers no JSON'),
    E.flatMap((json) =>
      pipe(
        answerCodec.decode(json),
        E.mapLeft((errors) => `kubectl answers what is not understood: ${decodeProblems(errors).join('; ')}`),
      ),
    ),
    E.map(({ items }) => {
      const pods = items.flatMap((item) => (item.kind === 'Pod' ? [item] : []))
      const jobOf = (name: string): Job | undefined =>
        items.flatMap((item) => (item.kind === 'Job' && item.metadata.name === name ? [item] : []))[0]
      const [encoding, running] = [jobOf(encode.name), jobOf(cells.name)]
      return {
        encode: encoding === undefined ? new Map() : tasksOf(encoding, encode.tasks, pods),
        cells:
          running === undefined ? tasksAfter(encoding, cells.tasks) : tasksOf(running, cells.tasks, pods),
      }
    }),
  )
