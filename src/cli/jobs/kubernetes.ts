/** The job files of a study for Kubernetes: Indexed Jobs on a shared volume, as JSON. Pure. */
import type { Job, JobSet } from './job-set.js'
import { submitFile } from './job-set.js'
import { shellWords } from './shell-words.js'

export interface KubernetesChoices {
  /** The container's image: it holds the command. */
  readonly image: string
  /** The claim of a volume that all pods can write to. */
  readonly volume: string
  /** Where the volume is in the containers. */
  readonly mount: string
  readonly namespace?: string
  /** Pods at a time. */
  readonly parallel?: number
}

/** How often a task whose pod ended badly is started again, each task on its own count. */
const retries = 3

/** Labels of all jobs and pods of a study, by the study's name for schedulers. */
export const jobLabels = (study: string) => ({
  'app.kubernetes.io/name': 'adclip',
  'app.kubernetes.io/instance': study,
})

/** The manifest of a job. */
export const manifest = (
  { name: study, workingFolder }: Pick<JobSet, 'name' | 'workingFolder'>,
  { name, command, tasks, cpus, gpus, memory, minutes }: Job,
  { image, volume, mount, namespace, parallel = tasks }: KubernetesChoices,
) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: { ...jobLabels(study), 'app.kubernetes.io/component': name },
  },
  spec: {
    completionMode: 'Indexed',
    completions: tasks,
    parallelism: Math.min(parallel, tasks),
    // A task that fails for good ends none of the others.
    backoffLimitPerIndex: retries,
    maxFailedIndexes: tasks,
    template: {
      metadata: { labels: jobLabels(study) },
      spec: {
        // The count of retries by index needs new pods.
        restartPolicy: 'Never',
        activeDeadlineSeconds: 60 * minutes,
        containers: [
          {
            name: 'adclip',
            image,
            command,
            workingDir: workingFolder,
            resources: {
              requests: { cpu: String(cpus), memory: `${Math.ceil(memory / 2 ** 20)}Mi` },
              limits: {
                memory: `${Math.ceil(memory / 2 ** 20)}Mi`,
                ...(gpus === 0 ? {} : { 'nvidia.com/gpu': String(gpus) }),
              },
            },
            volumeMounts: [{ name: 'shared', mountPath: mount }],
          },
        ],
        volumes: [{ name: 'shared', persistentVolumeClaim: { claimName: volume } }],
      },
    },
  },
})

const asJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

/**
 * The files by name. `submit.sh` hands the others to `kubectl` one after the other, each once the one before has ended: the runs
 * where all images are encoded, the table however the runs ended. It can be started again.
 */
export const kubernetesFiles = (
  set: JobSet,
  choices: KubernetesChoices,
): Readonly<Record<string, string>> => {
  const space = choices.namespace === undefined ? '' : ` --namespace ${shellWords([choices.namespace])}`
  const collect: Job = {
    ...set.collect,
    command: ['sh', '-c', `${shellWords(set.collect.command)} > ${shellWords([set.table])}`],
  }
  return {
    'encode.json': asJson(manifest(set, set.encode, choices)),
    'cells.json': asJson(manifest(set, set.cells, choices)),
    'collect.json': asJson(manifest(set, collect, choices)),
    [submitFile]: [
      '#!/bin/bash',
      'set -e',
      'cd "$(dirname "$0")"',
      '# How a job has ended: Complete or Failed; nothing while it runs, and where there is none.',
      'how() {',
      `  kubectl get job "$1"${space} --ignore-not-found -o 'jsonpath={.status.conditions[?(@.status=="True")].type}'`,
      '}',
      '# Hands a job over. One of its name that has ended is removed first: it would not be started again.',
      'hand_over() {',
      '  case "$(how "$1")" in',
      `    *Complete* | *Failed*) kubectl delete job "$1"${space} ;;`,
      '  esac',
      `  kubectl apply${space} -f "$2"`,
      '}',
      '# Waits until a job has ended, and prints how.',
      'ended() {',
      '  while true; do',
      '    case "$(how "$1")" in *Complete*) echo Complete; return ;; *Failed*) echo Failed; return ;; esac',
      '    sleep 10',
      '  done',
      '}',
      `hand_over ${set.encode.name} encode.json`,
      `if [ "$(ended ${set.encode.name})" = Failed ]; then`,
      `  echo "the images could not be encoded: kubectl logs job/${set.encode.name}${space}" >&2`,
      '  exit 1',
      'fi',
      `hand_over ${set.cells.name} cells.json`,
      `echo "runs: $(ended ${set.cells.name})"`,
      `hand_over ${set.collect.name} collect.json`,
      `echo "table: $(ended ${set.collect.name})"`,
      '',
    ].join('\n'),
  }
}
