/** How a peer in Python is called, from the sources and from where they are compiled to. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const root = dirname(createRequire(import.meta.url).resolve('tensile/package.json'))

/** A path within the package, wherever this is run from. */
export const inPackage = (...names: readonly string[]): string => join(root, ...names)

/** A script at a path with its options, for `python3` or what `BENCH_PYTHON` names; it leaves no compiled files. */
export const pythonScript = (
  path: string,
  ...options: readonly string[]
): readonly [string, readonly string[]] => [
  process.env['BENCH_PYTHON'] ?? 'python3',
  ['-B', path, ...options],
]

/** A script of `bench/peers` with its options. */
export const pythonCommand = (
  script: 'clip_peer.py' | 'jax_peer.py' | 'clip_check.py' | 'expressions.py' | 'learning_rates.py',
  ...options: readonly string[]
): readonly [string, readonly string[]] => pythonScript(inPackage('bench', 'peers', script), ...options)
