/** Answering the questions of experiments by the oracle: in float64, or rounded to float32 after every primitive. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import { evaluate } from '../dsl/evaluate/evaluate.js'
import type { Values } from '../dsl/evaluate/evaluate.js'
import type { Fault } from '../dsl/fault.js'
import { explainFault } from '../dsl/fault.js'
import type { Program } from '../dsl/program.js'
import { tensorValue } from './tensor-values.js'
import type { Answer, Question } from './experiment.js'
import type { Subject } from './subject.js'
import { directionName, gradientName } from './subject.js'

/** Everything that the program of a question is given. */
export const givenIn = ({ values, direction = {} }: Question): Values => ({
  ...values,
  ...Object.fromEntries(Object.entries(direction).map(([name, value]) => [directionName(name), value])),
})

const gradientPrefix = gradientName('')

/** The answer in the outputs of a question's program. */
export const answerFrom = (outputs: Values): Answer => {
  const { output, objective, ...gradients } = outputs
  return {
    output: output ?? tensorValue('f32', [], [Number.NaN]),
    objective: objective?.data[0] ?? Number.NaN,
    gradients: Object.fromEntries(
      Object.entries(gradients).map(([name, value]) => [name.slice(gradientPrefix.length), value]),
    ),
  }
}

const roundToFloat32 = (values: Values): Values =>
  R.map((value: Values[string]) =>
    value.dtype === 'f32' ? tensorValue('f32', value.shape, Float32Array.from(value.data)) : value,
  )(values)

const evaluateIn = (program: Program, question: Question): E.Either<Fault, Values> =>
  question.arithmetic === 'float32'
    ? evaluate(program, roundToFloat32(givenIn(question)), question.sizes, 'float32')
    : evaluate(program, givenIn(question), question.sizes)

/** What the oracle answers; a sentence where the function is no valid program, or cannot be evaluated. */
export const answerByOracle = (subject: Subject, question: Question): E.Either<string, Answer> =>
  pipe(
    subject(question.sizes).program(question.derivative),
    E.chain((program) => evaluateIn(program, question)),
    E.bimap(explainFault, answerFrom),
  )
