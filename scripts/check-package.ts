/**
 * `npm run package:check`: checks the packed package as users get it, with publint and attw; then an empty project
 * installs it, and the README's code is compiled there under `moduleResolution` bundler and node16, and run. Needs the npm
 * registry.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { examplesOfMarkdown } from '../test/documentation/examples.js'

const repository = process.cwd()
const project = mkdtempSync(join(tmpdir(), 'outside-'))
process.on('exit', () => rmSync(project, { recursive: true }))

/** npm hands on the settings of this repository: a user has none. */
const { npm_config_onnxruntime_node_install: _, ...env } = process.env

/** The output of a command, and whether it succeeded. */
const attempt = (folder: string, command: string, ...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', env })
  return { succeeds: status === 0, stdout: stdout.trim(), said: `${stdout}${stderr}`.trim() }
}

const fail = (reason: string): never => {
  console.error(reason)
  process.exit(1)
}

/** What a command prints, which must succeed. */
const run = (folder: string, command: string, ...args: readonly string[]): string => {
  const { succeeds, stdout, said } = attempt(folder, command, ...args)
  return succeeds ? stdout : fail(`${command} ${args.join(' ')}\n${said}`)
}

const node = process.execPath
const tool = (path: string): string => join(repository, 'node_modules', path)
const compiler = tool('typescript6/bin/tsc')
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

const examples = examplesOfMarkdown('README.md', readFileSync(join(repository, 'README.md'), 'utf8'))
const entries = pipe(
  t
    .type({ exports: t.record(t.string, t.unknown) })
    .decode(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))),
  E.match(
    (): readonly string[] => fail('package.json has no exports'),
    ({ exports }) => Object.keys(exports).filter((path) => path !== './package.json'),
  ),
)

/** Every entry of the package, and the README's code. */
const sources = new Map([
  ['entries.ts', entries.map((path, i) => `export * as entry${i} from 'tensile${path.slice(1)}'`).join('\n')],
  ...examples
    .filter(({ rejected }) => rejected === undefined)
    .map(({ line, code }): [string, string] => [`readme-${line}.ts`, code]),
])

/** Writes a folder of the project: some modules, and the compiler's settings for them. */
const write = (folder: string, modules: ReadonlyMap<string, string>, settings: object): void => {
  mkdirSync(join(project, folder))
  modules.forEach((text, name) => writeFileSync(join(project, folder, name), text))
  const compilerOptions = {
    target: 'ES2022',
    strict: true,
    skipLibCheck: false,
    types: ['node'],
    rootDir: '.',
    outDir: 'built',
    ...settings,
  }
  writeFileSync(
    join(project, folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['*.ts'] }),
  )
}

const tarball = run(repository, 'bash', 'scripts/pack-package.sh', project)
run(repository, node, tool('publint/src/cli.js'), 'run', tarball, '--strict')
console.log('publint finds nothing')
// There is no CommonJS, and `exports` are not seen by the resolution of Node 10.
run(repository, node, tool('@arethetypeswrong/cli/dist/index.js'), tarball, '--profile', 'esm-only')
console.log('attw finds nothing')

const outside = { name: 'outside', private: true, type: 'module' }
writeFileSync(join(project, 'package.json'), JSON.stringify(outside))
const quick = ['--silent', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts']
run(project, 'npm', 'install', ...quick, tarball, '@types/node@20')
console.log('installed in an empty project')

// As users install it, with install scripts, one of which needs NuGet: without NuGet, an optional dependency is left out.
const scripted = mkdtempSync(join(tmpdir(), 'scripted-'))
process.on('exit', () => rmSync(scripted, { recursive: true }))
writeFileSync(join(scripted, 'package.json'), JSON.stringify(outside))
run(scripted, 'npm', 'install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', tarball)
const tried = `
import { onnxEngine } from 'tensile/engines'
import { input, program } from 'tensile'
const x = input('x', [2])
const compiled = await onnxEngine().compile(program({ x }, { x }).right, { sizes: {}, weights: {}, state: [] })()
console.log(compiled._tag === 'Right' ? 'the engine onnx is there' : compiled.left.advice)`
console.log(`installed with install scripts: ${run(scripted, node, '--input-type=module', '--eval', tried)}`)

/** Megabytes that an installation may take without ONNX Runtime, whose package has 288. */
const mostMegabytes = 100
const packages = join(scripted, 'node_modules')
const bytes = readdirSync(packages, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(packages, 'onnxruntime-')))
  .reduce((total, { parentPath, name }) => total + statSync(join(parentPath, name)).size, 0)
const megabytes = Math.round(bytes / 1e6)
if (megabytes > mostMegabytes)
  fail(`${megabytes} MB are installed without ONNX Runtime: more than ${mostMegabytes}`)
console.log(`${megabytes} MB are installed without ONNX Runtime`)

write('bundler', sources, { module: 'ESNext', moduleResolution: 'Bundler' })
write('node16', sources, { module: 'Node16', moduleResolution: 'Node16' })
for (const folder of ['bundler', 'node16']) {
  run(project, node, compiler, '-p', folder)
  console.log(`${entries.length} entries and the README's code type-check under moduleResolution ${folder}`)
}

for (const name of sources.keys()) {
  run(join(project, 'node16'), node, join('built', name.replace(/\.ts$/, '.js')))
  console.log(`${name} runs`)
}

for (const { line, code, rejected = '' } of examples.filter((example) => example.rejected !== undefined)) {
  write(`rejected-${line}`, new Map([['mistake.ts', code]]), { module: 'Node16' })
  const { succeeds, said } = attempt(project, node, compiler, '-p', `rejected-${line}`, '--pretty', 'false')
  const reason = said.split('\n').at(-1) ?? ''
  if (succeeds || !oneLine(rejected).includes(oneLine(reason))) {
    fail(`README.md:${line} is not rejected as it says, but: ${said}`)
  }
  console.log(`README.md:${line} is rejected as it says`)
}
