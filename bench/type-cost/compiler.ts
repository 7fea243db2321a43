/** The compiler and what it counts: single-threaded, so that counts are exact and the same in every run. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inPackage } from '../peer-command.js'

/** What one compilation cost. */
export interface Diagnostics {
  readonly instantiations: number
  /** Seconds of checking alone. */
  readonly seconds: number
}

export interface Compiler {
  /**
   * Checks a module under the project's options. Names of modules begin with `sources/` for the library's sources, which are
   * checked with it, and with `declarations/` for what is declared of `src/dsl`, which is not.
   */
  readonly check: (module: string) => Diagnostics
  /** Removes what it wrote. */
  readonly remove: () => void
}

const tsc = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [inPackage('node_modules', 'typescript', 'bin', 'tsc'), ...args], {
    encoding: 'utf8',
  })

/** A compiler with a folder of its own. */
export const startCompiler = (): Compiler => {
  mkdirSync(inPackage('build'), { recursive: true })
  const folder = mkdtempSync(inPackage('build', 'type-cost-'))
  const project = (options: object, file: string): void =>
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.json',
        compilerOptions: { types: [], skipLibCheck: true, paths: {}, ...options },
        include: [],
        files: [file],
      }),
    )
  project(
    {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: '../../src',
      outDir: 'declarations',
    },
    '../../src/dsl/index.ts',
  )
  tsc('-p', folder)
  project({}, 'module.ts')
  const check = (module: string): Diagnostics => {
    const text = module
      .replaceAll("'sources/", "'../../src/")
      .replaceAll("'declarations/", "'./declarations/")
    writeFileSync(join(folder, 'module.ts'), text)
    const output = tsc('-p', folder, '--singleThreaded', '--extendedDiagnostics')
    const figure = (name: string): number =>
      Number(new RegExp(`${name}:\\s+([\\d.]+)`).exec(output)?.[1] ?? Number.NaN)
    return { instantiations: figure('Instantiations'), seconds: figure('Check time') }
  }
  return {
    check,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
