/** One case: all contestants are started, then run in turn, so that other work on the machine slows all alike. */
import * as E from 'fp-ts/lib/Either.js'
import type { Case, Entry, Peer } from './cases.js'
import type { Contestant } from './contestant.js'
import { startContestant } from './contestant.js'
import type { PytorchSettings } from './pytorch-settings.js'
import { describeSettings, environmentFor } from './pytorch-settings.js'

/** A line of the bench. */
export interface Result {
  readonly case: string
  readonly peer: Peer
  readonly medianMs: number
  readonly minMs: number
  /** Time of all processors together, which other work on the machine changes less than the clock's time. */
  readonly medianCpuMs: number
  readonly runs: number
  readonly peakRssMB: number
  /** Median over that of the first peer of the case; below 1 is faster. */
  readonly ratioToPeer: number | null
  readonly setupMs: number
  /** What computed, with its version. */
  readonly about: string
  readonly note?: string
}

/** A contestant that did not take part, and why. */
export interface Absence {
  readonly case: string
  readonly peer: Peer
  readonly skipped: string
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[middle - 1] ?? Number.NaN, sorted[middle] ?? Number.NaN]
  return sorted.length % 2 === 1 ? high : (low + high) / 2
}

interface Runner {
  readonly entry: Entry
  readonly contestant: Contestant
  readonly setupMs: number
  readonly about: string
  times: readonly number[]
  cpuTimes: readonly number[]
  peakRssMB: number
  failure: string | undefined
}

export const usesPytorch = ({ peer }: Entry): boolean => peer.startsWith('pytorch')

/** Starts a contestant; setups run one after the other, so that none slows another. */
const begin = async (
  caseName: string,
  entry: Entry,
  settings: PytorchSettings | undefined,
): Promise<Runner> => {
  const environment = usesPytorch(entry) && settings !== undefined ? environmentFor(settings) : {}
  const contestant = startContestant(entry.peer, caseName, environment)
  const heard = await contestant.hear()
  const failure = E.isLeft(heard)
    ? heard.left
    : heard.right.tag === 'skipped'
      ? heard.right.reason
      : undefined
  const { setupMs, about } =
    E.isRight(heard) && heard.right.tag === 'ready' ? heard.right : { setupMs: Number.NaN, about: '' }
  return { entry, contestant, setupMs, about, times: [], cpuTimes: [], peakRssMB: 0, failure }
}

const takeTurn = async (runner: Runner, counts: boolean): Promise<void> => {
  runner.contestant.tellToRun()
  const heard = await runner.contestant.hear()
  if (E.isRight(heard) && heard.right.tag === 'ran') {
    const scale = runner.entry.scale ?? 1
    if (counts) {
      runner.times = [...runner.times, heard.right.ms * scale]
      runner.cpuTimes = [...runner.cpuTimes, heard.right.cpuMs * scale]
    }
    runner.peakRssMB = heard.right.peakRssMB
  } else {
    runner.failure = E.isLeft(heard)
      ? heard.left
      : heard.right.tag === 'skipped'
        ? heard.right.reason
        : 'it did not run'
  }
}

const noteOf = (entry: Entry, settings: PytorchSettings | undefined): { readonly note?: string } => {
  const notes = [
    entry.note,
    usesPytorch(entry) && settings !== undefined ? describeSettings(settings) : undefined,
  ]
  const said = notes.filter((note) => note !== undefined)
  return said.length === 0 ? {} : { note: said.join('; ') }
}

/** Runs a case: a first turn that does not count, then `turns` that do. `settings` are those that PyTorch uses. */
export const measure = async (
  { name, entries, runs }: Case,
  {
    turns = runs,
    settings,
  }: { readonly turns?: number | undefined; readonly settings: PytorchSettings | undefined },
): Promise<readonly (Result | Absence)[]> => {
  const runners: Runner[] = []
  for (const entry of entries) runners.push(await begin(name, entry, settings))
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const runner of runners) {
      if (runner.failure === undefined) await takeTurn(runner, turn > 0)
    }
  }
  runners.forEach(({ contestant }) => contestant.stop())
  const [first] = runners
  const reference = first === undefined || first.failure !== undefined ? undefined : median(first.times)
  return runners.map(({ entry, times, cpuTimes, peakRssMB, setupMs, about, failure }) =>
    failure === undefined
      ? {
          case: name,
          peer: entry.peer,
          medianMs: median(times),
          minMs: Math.min(...times),
          medianCpuMs: median(cpuTimes),
          runs: times.length,
          peakRssMB,
          ratioToPeer: reference === undefined || entry.otherWork === true ? null : median(times) / reference,
          setupMs,
          about,
          ...noteOf(entry, settings),
        }
      : { case: name, peer: entry.peer, skipped: failure },
  )
}
