/** The oracle's answers to the questions of experiments, in float64 or rounded to float32 after every primitive. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { evaluate } from '../dsl/evaluate/evaluate.js'
import type { NamedValues } from '../values/named-values.js'
import { explainFault } from '../dsl/fault.js'
import { unroundedValue } from './tensor-values.js'
import type { Answer, Question } from './experiment.js'
import type { Subject } from './subject.js'
import { directionName, gradientName } from './subject.js'

/** The inputs of a question's program: values and directions. */
export const givenIn = ({ values, direction = {} }: Question): NamedValues => ({
  ...values,
  ...Object.fromEntries(Object.entries(direction).map(([name, value]) => [directionName(name), value])),
})

const gradientPrefix = gradientName('')

/** The answer from the outputs of a question's program. */
export const answerFrom = (outputs: NamedValues): Answer => {
  const { output, objective, ...gradients } = outputs
  return {
    output: output ?? unroundedValue('f32', [], [Number.NaN]),
    objective: objective?.data[0] ?? Number.NaN,
    gradients: Object.fromEntries(
      Object.entries(gradients).map(([name, value]) => [name.slice(gradientPrefix.length), value]),
    ),
  }
}

/** The oracle's answer. Fails in words if the function is no valid program or cannot be evaluated. */
export const answerByOracle = (subject: Subject, question: Question): E.Either<string, Answer> =>
  pipe(
    subject(question.sizes).program(question.derivative),
    E.chain((program) =>
      evaluate(
        program,
        givenIn(question),
        question.sizes,
        question.arithmetic === 'float32' ? 'float32' : 'float64',
      ),
    ),
    E.bimap(explainFault, answerFrom),
  )
