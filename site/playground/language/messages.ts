/** What a page asks the worker with the compiler. */
import type { Answering } from '../channel.js'
import type { Complaint } from './complaint.js'
import type { Completion, Hover } from './project.js'

export type LanguageQuestion =
  | { readonly tag: 'Check'; readonly text: string }
  | { readonly tag: 'Hover'; readonly text: string; readonly at: number }
  | { readonly tag: 'Complete'; readonly text: string; readonly at: number }
  | { readonly tag: 'Emit'; readonly text: string }

/** The answer to each kind of question. */
export type LanguageAnswers = {
  readonly Check: readonly Complaint[]
  readonly Hover: Hover | undefined
  readonly Complete: readonly Completion[]
  readonly Emit: string
}

export type Compiler = Answering<LanguageQuestion, LanguageAnswers>
