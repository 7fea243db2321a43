/** What a page asks the worker that holds the program which is shown. */
import type { Answering } from '../channel.js'
import type { Cost, Views } from './inspect.js'

export type ProgramQuestion =
  /** Runs the module, and gives the views of the programs that it exports. */
  | { readonly tag: 'Load'; readonly code: string }
  /** Draws a program of the loaded module, with these scopes folded. */
  | { readonly tag: 'Draw'; readonly program: number; readonly folded: readonly string[] }
  | { readonly tag: 'Cost'; readonly program: number; readonly sizes: Readonly<Record<string, number>> }

/** What a module exports. */
export interface Loaded {
  readonly views: readonly Views[]
  /** Whether it exports an effect, which can be run. */
  readonly runs: boolean
}

/** The answer to each kind of question. */
export type ProgramAnswers = {
  readonly Load: Loaded
  /** A drawing in SVG; undefined if the program has a fault. */
  readonly Draw: string | undefined
  readonly Cost: Cost
}

export type ProgramWorker = Answering<ProgramQuestion, ProgramAnswers>
