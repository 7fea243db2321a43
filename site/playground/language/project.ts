/** The compiler on one program and the library's declarations, all in memory: complaints, types, completions, JavaScript. */
import { createSystem, createVirtualTypeScriptEnvironment } from '@typescript/vfs'
import ts from 'typescript6'
import type { Complaint } from './complaint.js'
import { shapeSentence } from './complaint.js'

/** Declarations that the playground is built with: texts by path, and the module that each import names. */
export interface Declarations {
  readonly files: Readonly<Record<string, string>>
  readonly modules: Readonly<Record<string, string>>
}

/** The type of the name at a place, with what its docstring says. */
export interface Hover {
  readonly from: number
  readonly to: number
  readonly type: string
  readonly documentation: string
}

/** A name that may be written at a place. */
export interface Completion {
  readonly name: string
  readonly kind: string
}

/** A program that is being written. */
export interface Project {
  readonly check: (text: string) => readonly Complaint[]
  readonly hover: (text: string, at: number) => Hover | undefined
  readonly complete: (text: string, at: number) => readonly Completion[]
  /** The program as JavaScript, with the addresses of modules in place of their names. */
  readonly emit: (text: string, addressOf: (module: string) => string) => string
}

const path = '/program.ts'

const optionsOf = ({ modules }: Declarations): ts.CompilerOptions => ({
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noErrorTruncation: true,
  types: [],
  paths: Object.fromEntries(Object.entries(modules).map(([name, file]) => [name, [file]])),
})

const complaintOf = (
  text: string,
  { start = 0, length = 0, messageText, code }: ts.Diagnostic,
): Complaint => {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n')
  return {
    from: Math.min(start, text.length),
    to: Math.min(start + length, text.length),
    line: text.slice(0, start).split('\n').length,
    sentence: shapeSentence(message) ?? message.split('\n')[0] ?? '',
    message: `TS${code}: ${message}`,
  }
}

/** JavaScript with its imports re-addressed, the last one first so that places stay right. */
const readdressed = (code: string, addressOf: (module: string) => string): string =>
  ts
    .preProcessFile(code, true, true)
    .importedFiles.toReversed()
    .reduce((text, { fileName, pos, end }) => {
      const place = text.indexOf(fileName, pos)
      return place < 0 || place > end
        ? text
        : text.slice(0, place) + addressOf(fileName) + text.slice(place + fileName.length)
    }, code)

/** A project of one program. The compiler keeps what it read of the declarations from one call to the next. */
export const project = (declarations: Declarations): Project => {
  const system = createSystem(new Map(Object.entries(declarations.files)))
  const options = optionsOf(declarations)
  const environment = createVirtualTypeScriptEnvironment(system, ['/console.d.ts'], ts, options)
  const { languageService } = environment
  const write = (text: string): void => {
    // The file system in memory takes an empty text for a file that is not there.
    const written = text === '' ? '\n' : text
    if (environment.getSourceFile(path) === undefined) environment.createFile(path, written)
    else environment.updateFile(path, written)
  }
  return {
    check: (text) => {
      write(text)
      return [
        ...languageService.getSyntacticDiagnostics(path),
        ...languageService.getSemanticDiagnostics(path),
      ].map((diagnostic) => complaintOf(text, diagnostic))
    },
    hover: (text, at) => {
      write(text)
      const info = languageService.getQuickInfoAtPosition(path, at)
      return info === undefined
        ? undefined
        : {
            from: info.textSpan.start,
            to: info.textSpan.start + info.textSpan.length,
            type: ts.displayPartsToString(info.displayParts),
            documentation: ts.displayPartsToString(info.documentation),
          }
    },
    complete: (text, at) => {
      write(text)
      const found = languageService.getCompletionsAtPosition(path, at, {
        includeCompletionsForModuleExports: false,
      })
      return (found?.entries ?? []).map(({ name, kind }) => ({ name, kind }))
    },
    emit: (text, addressOf) =>
      readdressed(ts.transpileModule(text, { compilerOptions: options }).outputText, addressOf),
  }
}
