/** The rooms of the house under `src`, and what a file of each may import. */
import { posix } from 'node:path'

const functional = ['fp-ts', 'io-ts', 'ts-pattern']

/** What a room may import: other rooms, all of them below it, and packages. `any` leaves packages open. */
export interface Room {
  readonly rooms: readonly string[]
  readonly packages: readonly string[] | 'any'
}

const upToEffects = ['values', 'shapes', 'dsl', 'engines', 'effects']
const upToTraining = [...upToEffects, 'model', 'optimizers', 'formats', 'data', 'training']
const upToExperiments = [...upToTraining, 'losses', 'methods', 'experiments']

/** The rooms, lowest first: each imports only rooms that stand before it in this list. */
export const rooms: Readonly<Record<string, Room>> = {
  values: { rooms: [], packages: functional },
  shapes: { rooms: [], packages: functional },
  dsl: { rooms: ['values', 'shapes'], packages: functional },
  losses: { rooms: ['values', 'shapes', 'dsl'], packages: functional },
  model: { rooms: ['values', 'shapes', 'dsl'], packages: [...functional, 'entities', 'ftfy-js'] },
  optimizers: { rooms: ['values', 'shapes', 'dsl'], packages: functional },
  engines: { rooms: ['values', 'shapes', 'dsl'], packages: 'any' },
  methods: { rooms: ['values', 'shapes', 'dsl', 'losses', 'model', 'optimizers'], packages: functional },
  laws: {
    rooms: ['values', 'shapes', 'dsl', 'losses', 'model', 'methods'],
    packages: [...functional, 'fast-check'],
  },
  'engine-conformance': {
    rooms: ['values', 'shapes', 'dsl', 'engines', 'laws'],
    packages: [...functional, 'fast-check'],
  },
  effects: { rooms: ['values', 'shapes', 'dsl', 'engines'], packages: 'any' },
  formats: { rooms: [...upToEffects, 'model'], packages: 'any' },
  'engine-suite': {
    rooms: [...upToEffects, 'model', 'laws', 'engine-conformance', 'formats'],
    packages: 'any',
  },
  data: { rooms: upToEffects, packages: 'any' },
  training: { rooms: [...upToEffects, 'optimizers', 'formats', 'data'], packages: 'any' },
  experiments: { rooms: [...upToTraining, 'losses', 'methods'], packages: 'any' },
  report: { rooms: upToExperiments, packages: 'any' },
  demo: { rooms: [...upToExperiments, 'report'], packages: 'any' },
  cli: {
    rooms: [...upToExperiments, 'report', 'demo', 'laws', 'engine-conformance', 'engine-suite'],
    packages: 'any',
  },
}

/** The room of a file: `dsl` for `src/dsl/ops/concat.ts`. */
export const roomOf = (path: string): string => path.split('/')[1] ?? ''

/** The package of a specifier: `fp-ts` for `fp-ts/lib/Either.js`, `@scope/name` for `@scope/name/part`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

const listed = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '))

/** The file that a relative specifier names, from the repository's root: `src/dsl/index.ts`. */
export const importedFile = (file: string, specifier: string): string =>
  posix.normalize(posix.join(posix.dirname(file), specifier)).replace(/\.js$/, '.ts')

/** What is wrong with a file's import of a specifier; undefined if it is allowed. Paths are relative to the repository's root. */
export const violation = (file: string, specifier: string): string | undefined => {
  const room = roomOf(file)
  const allowed = rooms[room]
  if (allowed === undefined) return `${file} is in no room: src holds ${listed(Object.keys(rooms))}`
  const imports = `${file} imports '${specifier}'`
  if (!specifier.startsWith('.')) {
    const { packages } = allowed
    return packages === 'any' || packages.includes(packageOf(specifier))
      ? undefined
      : `${imports}: of packages, ${room} may import ${listed(packages)}`
  }
  const imported = importedFile(file, specifier)
  if (!imported.startsWith('src/')) return `${imports}, which is outside of src`
  return roomOf(imported) === room || allowed.rooms.includes(roomOf(imported))
    ? undefined
    : `${imports}: of our rooms, ${room} may import ${listed(allowed.rooms)} and itself`
}
