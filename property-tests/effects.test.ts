/** Laws of effects: they form a monad, nesting changes nothing that happens, and accidents lose nothing. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { programOfNodes } from '../src/dsl/index.js'
import * as Effect from '../src/effects/effect.js'
import type { Failure } from '../src/effects/failure.js'
import { interpret } from '../src/effects/interpreter.js'
import type { Accident } from '../src/effects/runtimes/memory-runtime.js'
import type { MemoryDisk } from '../src/effects/runtimes/memory-files.js'
import { memoryWorld } from '../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../src/effects/runtimes/memory-files.js'
import { nodeFiles } from '../src/effects/runtimes/node-files.js'
import {
  appendLine,
  now,
  pathStatus,
  printLine,
  readFile,
  readState,
  run,
  withExecutable,
} from '../src/effects/operations.js'
import type { FileSystem } from '../src/effects/runtime.js'
import { readSafetensors, writeSafetensors } from '../src/formats/safetensors/file.js'
import { readText, writeText } from '../src/effects/text-file.js'
import { countingEngine } from '../test/support/testing-engine.js'
import { expectRight } from '../test/expect-either.js'

const failure: Failure = { tag: 'InvalidSetting', field: 'steps', problem: 'wrong', advice: 'right it' }

/** Functions from numbers to effects, which succeed, fail, look at the clock, print, recover and chain. */
const { step: steps } = fc.letrec<{ step: (n: number) => Effect.Effect<number> }>((tie) => ({
  step: fc.oneof(
    { maxDepth: 4 },
    fc.integer().map((k) => (n: number) => Effect.of(n * 2 + k)),
    fc.constant(() => Effect.left(failure)),
    fc.constant((n: number) =>
      pipe(
        now,
        Effect.map((time) => n + time),
      ),
    ),
    fc.constant((n: number) => pipe(printLine(`${n}`), Effect.as(n))),
    fc.tuple(tie('step'), tie('step')).map(
      ([first, second]) =>
        (n: number) =>
          pipe(first(n), Effect.flatMap(second)),
    ),
    fc.tuple(tie('step'), tie('step')).map(
      ([first, second]) =>
        (n: number) =>
          pipe(
            first(n),
            Effect.orElse(() => second(n)),
          ),
    ),
  ),
}))

/** All that can be seen of a run: its outcome, the instructions, and what was printed. */
const behaviour = async <A>(effect: Effect.Effect<A>) => {
  const { runtime, printed, instructions } = memoryWorld({ engine: countingEngine })
  return { outcome: await interpret(effect)(runtime)(), printed, instructions }
}

const equal = async <A>(left: Effect.Effect<A>, right: Effect.Effect<A>): Promise<void> => {
  expect(await behaviour(left)).toEqual(await behaviour(right))
}

describe('effects are a monad', () => {
  it('with of as left identity', () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), steps, (n, f) => equal(pipe(Effect.of(n), Effect.flatMap(f)), f(n))),
    ))

  it('with of as right identity', () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), steps, (n, f) => equal(pipe(f(n), Effect.flatMap(Effect.of)), f(n))),
    ))

  it('with an associative flatMap', () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), steps, steps, steps, (n, f, g, h) =>
        equal(
          pipe(f(n), Effect.flatMap(g), Effect.flatMap(h)),
          pipe(
            f(n),
            Effect.flatMap((x) => pipe(g(x), Effect.flatMap(h))),
          ),
        ),
      ),
    ))

  it('whose map is flatMap to of, and whose orElse recovers from left', () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), steps, async (n, f) => {
        await equal(pipe(f(n), Effect.map(String)), Effect.Monad.map(f(n), String))
        await equal(
          pipe(
            f(n),
            Effect.flatMap(() => Effect.left(failure)),
            Effect.orElse(() => f(n)),
          ),
          pipe(
            f(n),
            Effect.attempt,
            Effect.flatMap(() => f(n)),
          ),
        )
      }),
    ))
})

describe('a chain of 100,000 effects', () => {
  it('needs no stack, in any nesting', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 64 }), async (nesting) => {
        const length = 100_000
        const increment = (n: number): Effect.Effect<number> => Effect.of(n + 1)
        let chain = increment
        for (let i = 1; i < length; i += 1) {
          const before = chain
          chain = nesting[i % nesting.length]
            ? (n) => pipe(increment(n), Effect.flatMap(before))
            : (n) => pipe(Effect.of(n), Effect.flatMap(before), Effect.flatMap(increment))
        }
        expect((await behaviour(chain(0))).outcome).toEqual(E.right(length))
      }),
      { numRuns: 10 },
    ))
})

/**
 * A small training: the engine counts its runs; after each, the state is saved and a line is logged. On resume, lines
 * after the checkpoint, and half a line, are dropped.
 */
const training = (steps_: number): Effect.Effect<void> =>
  pipe(
    Effect.Do,
    Effect.bind('saved', () => pathStatus('state.safetensors')),
    Effect.bind('state', ({ saved }) =>
      saved.kind === 'missing'
        ? Effect.of(Int32Array.of(0))
        : pipe(
            readSafetensors('state.safetensors'),
            Effect.map(({ tensors }) => Int32Array.from(tensors['count']?.data ?? [])),
          ),
    ),
    Effect.let('done', ({ state }) => state[0] ?? 0),
    Effect.bind('log', () =>
      pipe(
        readText('log'),
        Effect.orElse(() => Effect.of('')),
      ),
    ),
    Effect.tap(({ log, done }) =>
      writeText(
        'log',
        log
          .split('\n')
          .slice(0, done)
          .map((line) => `${line}\n`)
          .join(''),
      ),
    ),
    Effect.flatMap(({ state, done }) =>
      withExecutable(
        expectRight(programOfNodes({})),
        {
          sizes: {},
          weights: {},
          state: [{ parameter: 'count', output: 'next', initial: { dtype: 'i32', shape: [1], data: state } }],
        },
        (executable) =>
          Effect.iterate(done, {
            while: (step) => step < steps_,
            body: (step) =>
              pipe(
                run(executable, {}),
                Effect.apSecond(readState(executable)),
                Effect.tap((values) => appendLine('log', `step ${step + 1}: ${values['count']?.data[0]}`)),
                Effect.flatMap((values) => writeSafetensors('state.safetensors', values)),
                Effect.as(step + 1),
              ),
          }),
      ),
    ),
    Effect.as(undefined),
  )

/** The files that count, as text, without partial files that a torn write left. */
const contents = (disk: MemoryDisk): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...disk.files]
      .filter(([path]) => !path.endsWith('.partial'))
      .map(([path, bytes]) => [path, Buffer.from(bytes).toString('latin1')]),
  )

describe('a run that is killed at any instruction, any number of times, and started again', () => {
  const attempt = async (disk: MemoryDisk, accident?: Accident) => {
    const world = memoryWorld({ engine: countingEngine, disk, ...(accident && { accident }) })
    const outcome = await interpret(training(5))(world.runtime)()
    return { outcome, instructions: world.instructions.length }
  }

  it('leaves the same files as a run that was not killed', async () => {
    const disk = memoryDisk()
    const { outcome, instructions } = await attempt(disk)
    expectRight(outcome)
    const expected = contents(disk)
    expect(expected['log']?.split('\n')).toHaveLength(6)
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            at: fc.nat(instructions - 1),
            tag: fc.constantFrom<'Crash' | 'Tear'>('Crash', 'Tear'),
          }),
          { minLength: 1, maxLength: 8 },
        ),
        async (accidents) => {
          const survivor = memoryDisk()
          for (const accident of accidents) await attempt(survivor, accident)
          expectRight((await attempt(survivor)).outcome)
          expect(contents(survivor)).toEqual(expected)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('fails with the failure of any instruction, and can be started again', async () => {
    const expected = memoryDisk()
    const { instructions } = await attempt(expected)
    for (let at = 0; at < instructions; at += 1) {
      const disk = memoryDisk()
      const { outcome } = await attempt(disk, { at, tag: 'Fail', failure })
      // Only a log that cannot be read is no reason to stop: there may be none.
      if (E.isLeft(outcome)) expect(outcome.left).toEqual(failure)
      expectRight((await attempt(disk)).outcome)
      expect(contents(disk)).toEqual(contents(expected))
    }
  })
})

describe('the in-memory file system', () => {
  const names = fc.constantFrom('a', 'b', 'd/a', 'd/e/a', 'd', 'd/e')
  const bytes = fc.uint8Array({ maxLength: 5 })
  /** A named operation on some file system, its paths below a root. */
  type Operation = (files: FileSystem, root: string) => Promise<E.Either<Failure, unknown>>
  const operations = fc.oneof(
    fc.tuple(names, fc.array(bytes, { maxLength: 3 })).map(
      ([name, chunks]): Operation =>
        (files, root) =>
          files.writeFile(join(root, name), chunks)(),
    ),
    fc.tuple(names, fc.string()).map(
      ([name, line]): Operation =>
        (files, root) =>
          files.appendLine(join(root, name), line)(),
    ),
    fc.tuple(names, bytes).map(
      ([name, more]): Operation =>
        (files, root) =>
          files.appendBytes(join(root, name), more)(),
    ),
    fc.tuple(names, names).map(
      ([from, to]): Operation =>
        (files, root) =>
          files.moveFile(join(root, from), join(root, to))(),
    ),
    fc.tuple(names, fc.constantFrom('sha256' as const, 'git' as const)).map(
      ([name, kind]): Operation =>
        (files, root) =>
          files.hashFile(join(root, name), kind)(),
    ),
    fc.tuple(names, fc.nat(4), fc.nat(4)).map(
      ([name, offset, length]): Operation =>
        (files, root) =>
          files.readRange(join(root, name), offset, length)(),
    ),
    fc.tuple(names, fc.constantFrom('readFile', 'listFolder', 'makeFolder', 'pathStatus', 'remove')).map(
      ([name, operation]): Operation =>
        (files, root) =>
          files[operation](join(root, name))(),
    ),
  )

  /** What can be compared: results, and failures without the system's own words and without the root. */
  const comparable = (root: string, outcome: E.Either<Failure, unknown>): unknown => {
    if (E.isRight(outcome)) return { result: outcome.right }
    const { left } = outcome
    return left.tag === 'FileMissing' || left.tag === 'FileTooShort'
      ? { ...left, path: left.path.slice(root.length) }
      : { tag: left.tag }
  }

  it('behaves as the file system of the machine for any sequence of operations', () =>
    fc.assert(
      fc.asyncProperty(fc.array(operations, { maxLength: 30 }), async (sequence) => {
        const root = await mkdtemp(join(tmpdir(), 'effects-'))
        const memory = memoryWorld({
          engine: countingEngine,
          disk: memoryDisk({ '/root/x': new Uint8Array() }),
        })
        expectRight(await memory.runtime.files.remove('/root/x')())
        try {
          for (const operation of sequence)
            expect(comparable('/root', await operation(memory.runtime.files, '/root'))).toEqual(
              comparable(root, await operation(nodeFiles, root)),
            )
        } finally {
          await rm(root, { recursive: true, force: true })
        }
      }),
      { numRuns: 60 },
    ))

  it('never changes bytes that were read before', async () => {
    const world = memoryWorld({ engine: countingEngine, disk: memoryDisk({ a: Uint8Array.of(1) }) })
    const read = expectRight(await interpret(readFile('a'))(world.runtime)())
    read[0] = 2
    expect(expectRight(await interpret(readFile('a'))(world.runtime)())).toEqual(Uint8Array.of(1))
  })
})
