/** The compiler, in a worker: the page stays responsive while it works. */
import { answerQuestions } from '../channel.js'
import type { LanguageAnswers, LanguageQuestion } from './messages.js'
import type { Declarations, Project } from './project.js'
import { project } from './project.js'

const here = (path: string): string => new URL(path, self.location.href).href

interface Ready {
  readonly compiler: Project
  readonly addressOf: (module: string) => string
}

const ready: Promise<Ready> = (async () => {
  const answer = await fetch(here('declarations.json'))
  const declarations: Declarations = await answer.json()
  const known = new Set(Object.keys(declarations.modules))
  return {
    compiler: project(declarations),
    addressOf: (module) => (known.has(module) ? here(`library/${module.replace(/\.js$/, '')}.js`) : module),
  }
})()

answerQuestions<LanguageQuestion>(async (question): Promise<LanguageAnswers[keyof LanguageAnswers]> => {
  const { compiler, addressOf } = await ready
  switch (question.tag) {
    case 'Check':
      return compiler.check(question.text)
    case 'Hover':
      return compiler.hover(question.text, question.at)
    case 'Complete':
      return compiler.complete(question.text, question.at)
    case 'Emit':
      return compiler.emit(question.text, addressOf)
  }
})
