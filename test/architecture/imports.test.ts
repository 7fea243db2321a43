import { describe, expect, it } from 'vitest'
import { circles, folderSizes, roomSizes } from './graph.js'
import { rooms, violation } from './layers.js'
import { importsOf, sourceFiles } from './source-files.js'

describe('imports', () => {
  const files = sourceFiles()

  it('of every source file name its own room or a room below it', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(files.flatMap((file) => importsOf(file).flatMap((to) => violation(file.path, to) ?? []))).toEqual(
      [],
    )
  })

  it('are allowed only of rooms that stand earlier in the list', () => {
    const names = Object.keys(rooms)
    const upward = Object.entries(rooms).flatMap(([room, { rooms: below }]) =>
      below.filter((name) => names.indexOf(name) >= names.indexOf(room)).map((name) => `${room} → ${name}`),
    )
    expect(upward).toEqual([])
  })

  it('form no cycle of files, imports of types included', () => {
    expect(circles(files)).toEqual([])
  })

  it.each([
    [
      'src/dsl/ops/matmul.ts',
      '../../effects/index.js',
      "src/dsl/ops/matmul.ts imports '../../effects/index.js': of our rooms, dsl may import values, shapes and itself",
    ],
    [
      'src/losses/entropy.ts',
      '../model/layers.js',
      "src/losses/entropy.ts imports '../model/layers.js': of our rooms, losses may import values, shapes, dsl and itself",
    ],
    [
      'src/model/layers.ts',
      'node:fs',
      "src/model/layers.ts imports 'node:fs': of packages, model may import fp-ts, io-ts, ts-pattern, entities, ftfy-js",
    ],
    [
      'src/engines/engine.ts',
      '../effects/failure.js',
      expect.stringContaining('engines may import values, shapes, dsl'),
    ],
    ['src/training/fit.ts', '../cli/main.js', expect.stringContaining('training may import')],
    [
      'src/cli/main.ts',
      '../../test/x.js',
      "src/cli/main.ts imports '../../test/x.js', which is outside of src",
    ],
    ['src/misc/x.ts', './y.js', expect.stringContaining('src/misc/x.ts is in no room')],
  ])('of %s may not name %s', (file, specifier, message) => {
    expect(violation(file, specifier)).toEqual(message)
  })

  it.each([
    ['src/dsl/ops/matmul.ts', '../builder.js'],
    ['src/dsl/program.ts', 'fp-ts/lib/Either.js'],
    ['src/losses/entropy.ts', '../dsl/index.js'],
    ['src/laws/check.ts', 'fast-check'],
    ['src/effects/runtimes/images/decode.ts', 'sharp'],
    ['src/cli/main.ts', '../effects/index.js'],
  ])('of %s may name %s', (file, specifier) => {
    expect(violation(file, specifier)).toBeUndefined()
  })
})

describe('the rooms under src', () => {
  const files = sourceFiles()

  it('hold at most 22 % of the lines each', () => {
    expect(roomSizes(files).filter(({ share }) => share > 0.22)).toEqual([])
  })

  it('have no folder with more than 25 files of its own', () => {
    expect(folderSizes(files).filter(({ count }) => count > 25)).toEqual([])
  })
})
