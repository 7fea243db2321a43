/** A case as files: the program, its sizes, and the values of its inputs and parameters. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { decodeProblems } from '../dsl/documents/decode-problems.js'
import { canonicalJson, fromJson } from '../dsl/documents/json.js'
import { explainFault } from '../dsl/fault.js'
import { explain } from '../effects/explain.js'
import type { Case } from '../engine-conformance/agreement.js'
import { reasonOf } from '../engines/reason-of.js'
import { decodeSafetensors, encodeSafetensors } from '../formats/safetensors/encode.js'
import type { NamedValues } from '../values/named-values.js'
import * as R from '../values/record.js'

/** Contents of files by their names in a folder. */
export type Files = Readonly<Record<string, Uint8Array>>

export const programFile = 'program.json'
export const inputsFile = 'inputs.safetensors'
export const weightsFile = 'weights.safetensors'

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** Tensors as the bytes of a file. */
export const tensorBytes = (name: string, values: NamedValues): E.Either<string, Uint8Array> =>
  pipe(encodeSafetensors(name, values), E.bimap(explain, joined))

/** The tensors of a file's bytes. */
export const tensorsOf = (name: string, bytes: Uint8Array): E.Either<string, NamedValues> =>
  pipe(
    decodeSafetensors(name, bytes),
    E.bimap(explain, ({ tensors }) => tensors),
  )

/** A value of a codec's type as the bytes of a file of JSON. */
export const jsonBytes = <A, O>(codec: t.Type<A, O>, value: A): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(codec.encode(value), undefined, 2)}\n`)

/** A value of a codec's type from the bytes of a file of JSON. */
export const jsonOf =
  <A, O>(name: string, codec: t.Type<A, O>) =>
  (bytes: Uint8Array): E.Either<string, A> =>
    pipe(
      E.tryCatch(
        (): unknown => JSON.parse(new TextDecoder().decode(bytes)),
        (cause) => `${name} is no JSON: ${reasonOf(cause)}`,
      ),
      E.chain((json) =>
        pipe(
          codec.decode(json),
          E.mapLeft((errors) => `${name}: ${decodeProblems(errors).join('; ')}`),
        ),
      ),
    )

const ProgramFile = t.type({ sizes: t.record(t.string, t.number), program: t.unknown })

/** The files of a case. Fails with a sentence where a value does not fit its shape. */
export const filesOfCase = ({ program, values, sizes }: Case): E.Either<string, Files> => {
  const parameters = new Set(program.parameters.map(({ attributes: { name } }) => name))
  const part = (wanted: boolean): NamedValues =>
    R.filterWithIndex((name: string) => parameters.has(name) === wanted)(values)
  return pipe(
    E.Do,
    E.bind('inputs', () => tensorBytes(inputsFile, part(false))),
    E.bind('weights', () => tensorBytes(weightsFile, part(true))),
    E.map(({ inputs, weights }) => ({
      [programFile]: jsonBytes(ProgramFile, { sizes, program: canonicalJson(program) }),
      [inputsFile]: inputs,
      [weightsFile]: weights,
    })),
  )
}

const fileIn = (files: Files, name: string): E.Either<string, Uint8Array> =>
  E.fromNullable(`there is no ${name}`)(files[name])

/** The case that files hold. */
export const caseOfFiles = (files: Files): E.Either<string, Case> =>
  pipe(
    E.Do,
    E.bind('document', () => pipe(fileIn(files, programFile), E.chain(jsonOf(programFile, ProgramFile)))),
    E.bind('program', ({ document }) =>
      pipe(
        fromJson(document.program),
        E.mapLeft(
          (fault) =>
            `${programFile}: ${fault.tag === 'DocumentFault' ? fault.problems.join('; ') : explainFault(fault)}`,
        ),
      ),
    ),
    E.bind('inputs', () =>
      pipe(
        fileIn(files, inputsFile),
        E.chain((bytes) => tensorsOf(inputsFile, bytes)),
      ),
    ),
    E.bind('weights', () =>
      pipe(
        fileIn(files, weightsFile),
        E.chain((bytes) => tensorsOf(weightsFile, bytes)),
      ),
    ),
    E.map(({ document, program, inputs, weights }) => ({
      program,
      values: { ...weights, ...inputs },
      sizes: document.sizes,
    })),
  )
