/**
 * `npm run tfjs-node:check [-- folder]`: builds tfjs-node from the wheel of TensorFlow in a folder (a temporary one if none is
 * given; one that has it keeps it), and tries the engine there, on this Node and on Node 22: conformance, parity with the released
 * AD-CLIP, and a demo that trains. Without PyPI, a compiler or Linux it says so and ends with 0.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { exitCodes } from '../src/cli/exit-codes.js'
import { tfjsOnNode } from '../test/support/tfjs-node-exceptions.js'

const scratch = mkdtempSync(join(tmpdir(), 'tfjs-node-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
const [asked] = process.argv.slice(2)
const folder = asked === undefined ? join(scratch, 'installed') : resolve(asked)
const env = { ...process.env, NODE_PATH: join(folder, 'node_modules') }

const end = (code: number, words: string): never => {
  console.error(words)
  process.exit(code)
}

/** What a command prints on standard output. Ends this script if the command ends with another code than these. */
const runUnto = (codes: readonly number[], command: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8', maxBuffer: 2 ** 26 })
  return status !== null && codes.includes(status)
    ? stdout
    : end(1, `${[command, ...args].join(' ')} ended with ${status}\n${stdout}\n${stderr}`)
}
const run = (command: string, ...args: readonly string[]): string => runUnto([0], command, ...args)
const works = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args).status === 0

const python = process.env['PYTHON'] ?? 'python3'
const pip = (...args: readonly string[]): boolean => works(python, '-m', 'pip', ...args)
const addon = join(folder, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node')
if (!existsSync(addon)) {
  if (process.platform !== 'linux') end(0, 'skipped: the wheels of TensorFlow are used on Linux only')
  if (!works('c++', '--version') || !works('make', '--version')) end(0, 'skipped: no C++ compiler with make')
  if (
    !pip('install', '--dry-run', '--ignore-installed', '--no-deps', '--only-binary=:all:', 'tensorflow-cpu')
  )
    end(0, `skipped: ${python} -m pip finds no tensorflow-cpu; is PyPI reached?`)
  console.log(run('bash', 'scripts/tfjs-node-from-wheel.sh', folder).trim())
}

const Conformance = t.type({
  findings: t.array(
    t.intersection([t.type({ area: t.string, subject: t.string }), t.partial({ deviation: t.string })]),
  ),
})
const main = 'dist/cli/main.js'

const checkConformance = (node: string): void => {
  const check = ['engines', '--check', 'tfjs-node', '--json', '--cases', '3']
  const printed: unknown = JSON.parse(runUnto([0, exitCodes.checkFailed], node, main, ...check))
  const decoded = Conformance.decode(printed)
  if (E.isLeft(decoded)) return end(1, `not a report of conformance: ${JSON.stringify(printed)}`)
  const deviating = decoded.right.findings.filter(({ deviation }) => deviation !== undefined)
  const news = deviating.filter(({ area, subject }) => tfjsOnNode[`${area}: ${subject}`] === undefined)
  for (const { area, subject, deviation = '' } of news) console.error(`${area}: ${subject}: ${deviation}`)
  if (news.length > 0) end(1, `${news.length} checks of conformance fail without a known reason`)
  console.log(
    `  conformance: ${decoded.right.findings.length} checks, ${deviating.length} with a known deviation`,
  )
}

const checkParity = (node: string, fixture: string): void => {
  const path = join('../shared/parity', fixture)
  if (!existsSync(path)) return console.log(`  parity, ${fixture}: skipped, there is no ${path}`)
  const rows = run(node, main, 'parity', path, '--engine', 'tfjs-node').trim().split('\n')
  return console.log(`  parity, ${fixture}: ${rows.at(-1)}`)
}

const checkOn = (node: string): void => {
  console.log(`Node ${run(node, '--version').trim()}`)
  checkConformance(node)
  for (const fixture of ['vit-tiny', 'resnet-tiny']) checkParity(node, fixture)
}

checkOn(process.execPath)
if (!process.versions.node.startsWith('22.')) {
  run('npm', 'install', '--prefix', scratch, '--no-audit', '--no-fund', '--loglevel=error', 'node@22')
  checkOn(join(scratch, 'node_modules/node/bin/node'))
}
const trained = run(
  process.execPath,
  ...[
    main,
    'demo',
    '--engine',
    'tfjs-node',
    '--epochs',
    '2',
    '--images',
    '10',
    '--out',
    join(scratch, 'demo'),
  ],
)
console.log(`demo: ${/^overall .*$/m.exec(trained)?.[0] ?? end(1, 'it reports no accuracy')}`)
