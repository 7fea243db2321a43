/**
 * `npm run bench:scaling -- [--architecture <name>] [--classes 10,65] [--batches 1,4] [--tokens 1,4] [--runs <n>] [--write]`:
 * how a step of AD-CLIP on kept features grows with the number of classes, of images and of image tokens. One size is
 * changed at a time, the others stay at 65 classes, 4 + 4 images and 4 image tokens (`--at 65,4,4`). With `--write` the
 * table goes into bench/RESULTS.md and the drawing into bench/scaling.svg.
 */
import { writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { countOperations, floatingPointOperations } from '../src/dsl/index.js'
import { adClipStep, positionsBefore, stepSizes } from './ad-clip-step.js'
import { markdownTable, writeSection } from './marked-section.js'
import { measure } from './measure.js'
import { inPackage } from './peer-command.js'
import { scalingChart } from './scaling-chart.js'
import type { ScaledSize, ScalingPoint } from './scaling-points.js'
import { caseNameOf, scaledArchitectures, scaledSizes, settingOf } from './scaling-points.js'

/** A point with its measurements. */
interface Measured {
  readonly point: ScalingPoint
  readonly medianMs: number
  readonly medianCpuMs: number
  readonly peakRssMB: number
  readonly gigaflops: number
  readonly promptTokens: number
}

const options = {
  architecture: { type: 'string', default: 'ViT-B/16' },
  classes: { type: 'string', default: '10,31,65,126,200,345' },
  batches: { type: 'string', default: '1,2,4,8,16' },
  tokens: { type: 'string', default: '1,2,4,8,16' },
  at: { type: 'string', default: '65,4,4' },
  runs: { type: 'string', default: '3' },
  write: { type: 'boolean', default: false },
} as const

/** The points and the number of runs of the study. */
interface Plan {
  readonly points: Readonly<Record<ScaledSize, readonly ScalingPoint[]>>
  readonly runs: number
  readonly write: boolean
}

const wholeNumbers = (text: string): readonly number[] => text.split(',').map(Number)
const isCount = (value: number): boolean => Number.isInteger(value) && value > 0

const planFrom = (): E.Either<string, Plan> => {
  const parsed = E.tryCatch(() => parseArgs({ options }).values, String)
  if (E.isLeft(parsed)) return parsed
  const { architecture: name, at, runs, write, ...lists } = parsed.right
  const architecture = scaledArchitectures.find((known) => known === name)
  if (architecture === undefined)
    return E.left(`--architecture: no '${name}'; there are ${scaledArchitectures.join(', ')}`)
  const [classes = 0, batch = 0, imageTokens = 0] = wholeNumbers(at)
  const base: ScalingPoint = { architecture, classes, batch, imageTokens }
  const along = (text: string, change: (size: number) => Partial<ScalingPoint>) =>
    wholeNumbers(text).map((size): ScalingPoint => ({ ...base, ...change(size) }))
  const points = {
    classes: along(lists.classes, (size) => ({ classes: size })),
    batch: along(lists.batches, (size) => ({ batch: size })),
    imageTokens: along(lists.tokens, (size) => ({ imageTokens: size })),
  }
  const sizes = Object.values(points).flatMap((some) =>
    some.flatMap((each) => [each.classes, each.batch, each.imageTokens]),
  )
  return [...sizes, Number(runs)].every(isCount)
    ? E.right({ points, runs: Number(runs), write })
    : E.left(
        '--classes, --batches, --tokens, --at and --runs are whole numbers from 1, with commas between them',
      )
}

const measurePoint = async (point: ScalingPoint, runs: number): Promise<E.Either<string, Measured>> => {
  const setting = settingOf(point)
  const step = adClipStep(setting)
  if (E.isLeft(step)) return E.left(JSON.stringify(step.left))
  const counted = countOperations(step.right.program, stepSizes(setting))
  if (E.isLeft(counted)) return E.left(counted.left.message)
  const name = caseNameOf(point)
  const [line] = await measure(
    { name, runs, entries: [{ peer: 'tensile' }] },
    { turns: runs, settings: undefined },
  )
  if (line === undefined || 'skipped' in line) return E.left(`${name}: ${line?.skipped ?? 'not measured'}`)
  const { medianMs, medianCpuMs, peakRssMB } = line
  return E.right({
    point,
    medianMs,
    medianCpuMs,
    peakRssMB,
    gigaflops: floatingPointOperations(counted.right) / 1e9,
    promptTokens: positionsBefore(setting) + Math.max(...setting.endings),
  })
}

const heading = ['K', 'B + B', 'L', 'prompt', 'GFLOP', 'step, ms', 'of processors, ms', 'peak MB']

const rowOf = ({ point, medianMs, medianCpuMs, peakRssMB, gigaflops, promptTokens }: Measured) => [
  String(point.classes),
  `${point.batch} + ${point.batch}`,
  String(point.imageTokens),
  String(promptTokens),
  gigaflops.toFixed(2),
  medianMs.toFixed(0),
  medianCpuMs.toFixed(0),
  peakRssMB.toFixed(0),
]

const figures = {
  'step, ms': ({ medianMs }: Measured) => medianMs,
  'peak memory, MB': ({ peakRssMB }: Measured) => peakRssMB,
  'operations, GFLOP': ({ gigaflops }: Measured) => gigaflops,
}

const study = async ({ points, runs, write }: Plan): Promise<void> => {
  const known = new Map<string, Measured>()
  for (const point of Object.values(points).flat()) {
    const name = caseNameOf(point)
    if (known.has(name)) continue
    const found = await measurePoint(point, runs)
    if (E.isLeft(found)) console.error(found.left)
    else {
      known.set(name, found.right)
      console.log(`${name}: ${rowOf(found.right).slice(4).join(', ')}`)
    }
  }
  const { architecture } = points.classes[0] ?? { architecture: 'small' }
  const load = loadavg().map((value) => value.toFixed(1))
  const title = `Scaling of a step of AD-CLIP, ${architecture}`
  const section = [
    `## ${title}`,
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} processors, load averages ${load.join(', ')} at the end, Node`,
    `${process.versions.node}. Kept features; medians of ${runs} runs; each point in a process of its own. Operations are counted`,
    'from the program. Drawn in `scaling.svg`.',
    '',
    markdownTable([heading, ...[...known.values()].map(rowOf)]),
  ]
  const text = [section[0], '', ...section.slice(1)].join('\n')
  console.log(text)
  if (!write) return
  const rows = Object.entries(figures).map(([figure, valueOf]) =>
    sizeNames.map((size) => ({
      label: scaledSizes[size],
      figure,
      points: points[size]
        .flatMap((point) => known.get(caseNameOf(point)) ?? [])
        .map((found) => ({ size: found.point[size], value: valueOf(found) })),
    })),
  )
  await writeFile(inPackage('bench', 'scaling.svg'), `${scalingChart(title, rows)}\n`)
  await writeSection('scaling', 'npm run bench:scaling', text)
}

const sizeNames = ['classes', 'batch', 'imageTokens'] as const

const plan = planFrom()
if (E.isLeft(plan)) {
  console.error(plan.left)
  process.exitCode = 2
} else await study(plan.right)
