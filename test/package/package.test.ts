import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { expectRight } from '../expect-either.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What a command prints, which must succeed. */
const run = (command: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  expect(status, `${command} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0)
  return stdout
}

const conditions = t.type({ types: t.string, default: t.string })
const manifestCodec = t.type({
  name: t.string,
  version: t.string,
  bin: t.record(t.string, t.string),
  exports: t.record(t.string, t.union([conditions, t.string])),
})
const packCodec = t.array(t.type({ files: t.array(t.type({ path: t.string, size: t.number })) }))

const manifest = expectRight(
  manifestCodec.decode(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))),
)
const entries = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === 'string' ? [] : [{ specifier: path.replace('.', manifest.name), ...target }],
)

describe('the built package (npm run build makes it)', () => {
  it('packs code, assets, the README, the licence and the manifest, and nothing else', () => {
    const files = expectRight(
      packCodec.decode(JSON.parse(run('npm', 'pack', '--dry-run', '--json', '--ignore-scripts'))),
    ).flatMap((packed) => packed.files)
    const below = (folder: string) => files.filter(({ path }) => path.startsWith(folder))
    const bytes = (of: typeof files): number => of.reduce((total, { size }) => total + size, 0)
    const [code, assets] = [below('dist/'), below('assets/')]
    const others = files.filter((file) => !code.includes(file) && !assets.includes(file))
    expect(others.map(({ path }) => path).toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'package.json',
      'scripts/tfjs-node-from-wheel.sh',
    ])
    expect(code.map(({ path }) => path)).toContain('dist/dsl/index.js')
    // No maps: they would lead to sources that are not there.
    expect(code.filter(({ path }) => !/\.(js|d\.ts)$/.test(path))).toEqual([])
    expect(bytes(code)).toBeLessThan(4_100_000)
    expect(bytes(assets)).toBeLessThan(4_000_000)
  })

  it('has a file for every export and every command', () => {
    const targets = [
      ...entries.flatMap(({ types, default: code }) => [types, code]),
      ...Object.values(manifest.bin),
    ]
    expect(targets.length).toBeGreaterThan(10)
    expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([])
  })

  it.skipIf(process.platform === 'win32')('marks its commands as executable', () => {
    const modes = Object.values(manifest.bin).map((path) => statSync(join(root, path)).mode)
    expect(modes.filter((mode) => (mode & 0o111) !== 0o111)).toEqual([])
  })

  it('can be imported by Node under each of its names', () => {
    const script = `
      const names = ${JSON.stringify(entries.map(({ specifier }) => specifier))}
      for (const name of names) console.log(name, Object.keys(await import(name)).length > 0)`
    expect(run(process.execPath, '--input-type=module', '--eval', script).trim().split('\n')).toEqual(
      entries.map(({ specifier }) => `${specifier} true`),
    )
  })

  it('type-checks for a user, its declarations and those of its dependencies included', () => {
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const files = run(process.execPath, compiler, '-p', 'test/package', '--listFiles').split('\n')
    const unseen = entries.filter(({ types }) => !files.includes(join(root, types)))
    expect(unseen.map(({ specifier }) => specifier)).toEqual([])
    expect(files.filter((file) => file.startsWith(join(root, 'src/')))).toEqual([])
  })

  it.each(Object.entries(manifest.bin))('has a command %s that prints its version and its use', (_, path) => {
    expect(run(process.execPath, join(root, path), '--version').trim()).toBe(manifest.version)
    const help = run(process.execPath, join(root, path), '--help')
    for (const command of ['parity', 'pretrain', 'train', 'evaluate']) expect(help).toContain(command)
  })
})
