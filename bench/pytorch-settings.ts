/**
 * With how many threads, and with which of OpenBLAS' kernels, PyTorch is fastest on this machine: the comparison is with each peer at its
 * best. Two threads of one core may be slower than one; OpenBLAS may take a kernel for far older processors when left to itself.
 */
import * as E from 'fp-ts/lib/Either.js'
import { productName } from './cases.js'
import { startContestant } from './contestant.js'

export interface PytorchSettings {
  readonly threads: number
  /** The value for `OPENBLAS_CORETYPE`; `undefined` leaves the choice to OpenBLAS, or where there is none of it. */
  readonly coreType: string | undefined
  /** Of one large matrix product in float32. */
  readonly gigaflopsPerSecond: number
}

type Choice = Omit<PytorchSettings, 'gigaflopsPerSecond'>

const coreTypes = ['Haswell', 'SkylakeX', 'Cooperlake'] as const

/** The case that settings are tried on, and its floating-point operations. */
const trial = { name: productName, operations: 2 * 1576 * 768 * 3072, turns: 5 }

/** The environment of a contestant with these settings. */
export const environmentFor = ({ threads, coreType }: Choice): Readonly<Record<string, string>> => ({
  BENCH_THREADS: String(threads),
  ...(coreType === undefined ? {} : { OPENBLAS_CORETYPE: coreType }),
})

interface Trial extends PytorchSettings {
  readonly usesOpenBlas: boolean
}

/** A choice's speed: that of its fastest turn; `undefined` where PyTorch is absent, or stops because the processor lacks an instruction. */
const tryOut = async (choice: Choice): Promise<Trial | undefined> => {
  const contestant = startContestant('pytorch', trial.name, environmentFor(choice))
  const ready = await contestant.hear()
  if (E.isLeft(ready) || ready.right.tag !== 'ready') {
    contestant.stop()
    return undefined
  }
  let fastest = Infinity
  for (let turn = 0; turn < trial.turns; turn += 1) {
    contestant.tellToRun()
    const heard = await contestant.hear()
    if (E.isRight(heard) && heard.right.tag === 'ran') fastest = Math.min(fastest, heard.right.ms)
  }
  contestant.stop()
  const { about } = ready.right
  return Number.isFinite(fastest)
    ? {
        ...choice,
        gigaflopsPerSecond: trial.operations / fastest / 1e6,
        usesOpenBlas: about.includes('OpenBLAS'),
      }
    : undefined
}

/**
 * Tries the choices, each in a process of its own. `undefined` where there is nothing to choose: PyTorch is absent, it
 * computes on another device, or the user has set `OPENBLAS_CORETYPE` or `BENCH_THREADS`.
 */
export const fastestSettings = async (): Promise<PytorchSettings | undefined> => {
  const { OPENBLAS_CORETYPE: kernel, BENCH_THREADS: threads, BENCH_DEVICE: device = 'cpu' } = process.env
  if (kernel !== undefined || threads !== undefined || device !== 'cpu') return undefined
  const usual = await tryOut({ threads: 2, coreType: undefined })
  if (usual === undefined) return undefined
  const others: Choice[] = [
    { threads: 1, coreType: undefined },
    ...(usual.usesOpenBlas ? coreTypes.map((coreType) => ({ threads: 2, coreType })) : []),
  ]
  let best = usual
  for (const choice of others) {
    const tried = await tryOut(choice)
    if (tried !== undefined && tried.gigaflopsPerSecond > best.gigaflopsPerSecond) best = tried
  }
  return best
}

/** Settings and their speed as a part of a line of the bench. */
export const describeSettings = ({ threads, coreType, gigaflopsPerSecond }: PytorchSettings): string =>
  `${threads === 1 ? '1 thread' : `${threads} threads`}${coreType === undefined ? '' : ` and OpenBLAS' kernel ${coreType}`}, the fastest here: ${gigaflopsPerSecond.toFixed(0)} GFLOP/s`
