/** Holds the program that is shown: runs its module, draws its programs, counts what they cost. */
import { Graphviz } from '@hpcc-js/wasm-graphviz'
import * as E from 'fp-ts/lib/Either.js'
import { answerQuestions } from '../channel.js'
import type { Shown } from './exported.js'
import { exportedEffect, shownPrograms } from './exported.js'
import { importCode } from './import-code.js'
import { costOf, drawingOf, viewsOf } from './inspect.js'
import type { ProgramAnswers, ProgramQuestion } from './messages.js'

let shown: readonly Shown[] = []

const programAt = (index: number): Shown => {
  const found = shown[index]
  if (found === undefined) throw new Error('no such program')
  return found
}

const drawn = async (dot: string): Promise<string> => {
  const graphviz = await Graphviz.load()
  return graphviz.layout(dot, 'svg', 'dot')
}

answerQuestions<ProgramQuestion>(async (question): Promise<ProgramAnswers[keyof ProgramAnswers]> => {
  switch (question.tag) {
    case 'Load': {
      const exports = await importCode(question.code)
      shown = shownPrograms(exports)
      return { views: shown.map(viewsOf), runs: exportedEffect(exports) !== undefined }
    }
    case 'Draw': {
      const dot = drawingOf(programAt(question.program), new Set(question.folded))
      return dot === undefined ? undefined : drawn(dot)
    }
    case 'Cost': {
      const cost = costOf(programAt(question.program), question.sizes)
      if (E.isLeft(cost)) throw new Error(cost.left)
      return cost.right
    }
  }
})
