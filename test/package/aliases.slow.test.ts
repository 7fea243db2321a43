import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as t from 'io-ts'
import { afterAll, expect, test } from 'vitest'
import { expectRight } from '../expect-either.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const installed = realpathSync(join(root, 'node_modules'))
const folder = mkdtempSync(join(tmpdir(), 'aliases-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
}, 60_000)

const conditions = t.type({ types: t.string, default: t.string })
const manifest = expectRight(
  t
    .type({
      name: t.string,
      version: t.string,
      exports: t.record(t.string, t.union([conditions, t.string])),
      dependencies: t.record(t.string, t.string),
      peerDependencies: t.record(t.string, t.string),
      peerDependenciesMeta: t.record(t.string, t.type({ optional: t.boolean })),
    })
    .decode(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))),
)
const entries = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === 'string' ? [] : [{ specifier: path.replace('.', manifest.name), code: target.default }],
)
const peers = Object.keys(manifest.peerDependencies).filter(
  (name) => manifest.peerDependenciesMeta[name]?.optional !== true,
)

const link = (target: string, path: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path)
}

/** Puts the built package and its dependencies where a package manager would, and what the README has users install. */
const install = (project: string, packages: string): void => {
  for (const part of ['dist', 'package.json'])
    cpSync(join(root, part), join(packages, manifest.name, part), { recursive: true })
  for (const name of Object.keys(manifest.dependencies)) link(join(installed, name), join(packages, name))
  // The compiler names a module by where it really is.
  for (const name of peers) cpSync(join(installed, name), join(packages, name), { recursive: true })
  const own = join(project, 'node_modules')
  if (own === packages) return
  link(join(packages, manifest.name), join(own, manifest.name))
  for (const name of peers) link(join(packages, name), join(own, name))
}

/** A module that gives every export of every entry another name, and exports that. */
const aliasing = async (): Promise<string> => {
  const modules = await Promise.all(
    entries.map(async ({ specifier, code }, entry) => {
      const values: object = await import(pathToFileURL(join(root, code)).href)
      return [
        `import * as entry${entry} from '${specifier}'`,
        ...Object.keys(values).map((name) => `export const ${name}Of${entry} = entry${entry}.${name}`),
      ]
    }),
  )
  return modules.flat().join('\n')
}

const options = {
  target: 'ES2022',
  lib: ['ES2023', 'ESNext.WeakRef'],
  module: 'NodeNext',
  strict: true,
  skipLibCheck: true,
  declaration: true,
  outDir: 'built',
  typeRoots: [join(installed, '@types')],
  types: ['node'],
}

test.each([
  ['npm', 'node_modules'],
  ['pnpm', `node_modules/.pnpm/${manifest.name}@${manifest.version}/node_modules`],
])(
  'the type of every export can be written in the declarations of a user, with packages laid out by %s',
  async (manager, packages) => {
    const project = join(folder, manager)
    install(project, join(project, packages))
    const source = await aliasing()
    expect(source.split('\n').length).toBeGreaterThan(500)
    writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module' }))
    writeFileSync(join(project, 'aliases.ts'), source)
    // pnpm's links are known to the compiler once a module of the project has imported through them.
    writeFileSync(
      join(project, 'peers.ts'),
      "export { right } from 'fp-ts/lib/Either.js'\nexport { string } from 'io-ts'\n",
    )
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['aliases.ts', 'peers.ts'] }),
    )
    const { stdout } = spawnSync(
      process.execPath,
      [join(installed, 'typescript/bin/tsc'), '-p', project, '--pretty', 'false'],
      { cwd: project, encoding: 'utf8' },
    )
    expect(stdout.split('\n').filter((line) => line !== '')).toEqual([])
  },
  60_000,
)
