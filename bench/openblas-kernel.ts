/**
 * Which of OpenBLAS' kernels PyTorch is fastest with on this processor. Left to itself, OpenBLAS may take one for far
 * older processors; the comparison is with each peer at its best.
 */
import * as E from 'fp-ts/lib/Either.js'
import { startContestant } from './contestant.js'

export interface Kernel {
  /** The value for `OPENBLAS_CORETYPE`; `undefined` leaves the choice to OpenBLAS. */
  readonly coreType: string | undefined
  /** Of one large matrix product in float32. */
  readonly gigaflopsPerSecond: number
}

const coreTypes = [undefined, 'Haswell', 'SkylakeX', 'Cooperlake'] as const

/** The case that kernels are tried on, and its floating-point operations. */
const trial = { name: 'matrix product, 1576 × 768 × 3072', operations: 2 * 1576 * 768 * 3072, turns: 5 }

/** The environment of a contestant that uses a kernel. */
export const environmentFor = (coreType: string | undefined): Readonly<Record<string, string>> =>
  coreType === undefined ? {} : { OPENBLAS_CORETYPE: coreType }

/** A kernel's speed: that of its fastest turn; `undefined` where PyTorch is absent, or stops because the processor lacks an instruction. */
const speedOf = async (coreType: string | undefined): Promise<Kernel | undefined> => {
  const contestant = startContestant('pytorch', trial.name, environmentFor(coreType))
  const ready = await contestant.hear()
  let fastest = Infinity
  if (E.isRight(ready) && ready.right.tag === 'ready') {
    for (let turn = 0; turn < trial.turns; turn += 1) {
      contestant.tellToRun()
      const heard = await contestant.hear()
      if (E.isRight(heard) && heard.right.tag === 'ran') fastest = Math.min(fastest, heard.right.ms)
    }
  }
  contestant.stop()
  return Number.isFinite(fastest)
    ? { coreType, gigaflopsPerSecond: trial.operations / fastest / 1e6 }
    : undefined
}

/**
 * Tries the kernels, each in a process of its own. `undefined` where there is nothing to choose: PyTorch is absent, it
 * computes on another device, or the user has set `OPENBLAS_CORETYPE`.
 */
export const fastestKernel = async (): Promise<Kernel | undefined> => {
  const { OPENBLAS_CORETYPE: chosen, BENCH_DEVICE: device = 'cpu' } = process.env
  if (chosen !== undefined || device !== 'cpu') return undefined
  let best: Kernel | undefined
  for (const coreType of coreTypes) {
    const tried = await speedOf(coreType)
    if (coreType === undefined && tried === undefined) return undefined
    if (tried !== undefined && tried.gigaflopsPerSecond > (best?.gigaflopsPerSecond ?? 0)) best = tried
  }
  return best
}

/** The kernel and its speed as a line of the bench. */
export const describeKernel = ({ coreType, gigaflopsPerSecond }: Kernel): string =>
  `OpenBLAS kernel ${coreType ?? 'of its own choice'}, the fastest here: ${gigaflopsPerSecond.toFixed(0)} GFLOP/s`
