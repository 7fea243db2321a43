import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as Effect from '../../src/effects/effect.js'
import type { Failure } from '../../src/effects/failure.js'
import { interpret } from '../../src/effects/interpreter.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import {
  appendLine,
  ifMissing,
  now,
  printLine,
  readFile,
  yieldControl,
} from '../../src/effects/operations.js'
import { readText, writeText } from '../../src/effects/text-file.js'
import { countingEngine } from '../support/testing-engine.js'

const run = <A>(effect: Effect.Effect<A>): Promise<E.Either<Failure, A>> =>
  interpret(effect)(memoryWorld({ engine: countingEngine }).runtime)()

const million = 1_000_000
const broken: Failure = { tag: 'InvalidSetting', field: 'steps', problem: 'wrong', advice: 'right it' }

describe('effects', () => {
  it('do nothing until they are interpreted, and can be interpreted twice', async () => {
    const world = memoryWorld({ engine: countingEngine })
    const twoLines = pipe(printLine('a'), Effect.apSecond(printLine('b')))
    expect(world.printed).toEqual([])
    await interpret(twoLines)(world.runtime)()
    await interpret(twoLines)(world.runtime)()
    expect(world.printed).toEqual(['a', 'b', 'a', 'b'])
  })

  it('are composed in Do-notation', async () => {
    const outcome = await run(
      pipe(
        Effect.Do,
        Effect.bind('first', () => now),
        Effect.bind('second', () => now),
        Effect.let('elapsed', ({ first, second }) => second - first),
        Effect.apS('word', Effect.of('done')),
      ),
    )
    expect(outcome).toEqual(E.right({ first: 1, second: 2, elapsed: 1, word: 'done' }))
  })

  it('continue with pure functions that can fail, and end where one does', async () => {
    const positive = (n: number): E.Either<Failure, number> => (n > 0 ? E.right(n) : E.left(broken))
    const world = memoryWorld({ engine: countingEngine })
    const checked = (n: number) =>
      pipe(
        Effect.of(n),
        Effect.tapEither((given) => E.map(String)(positive(given))),
        Effect.bindTo('given'),
        Effect.bindEither('less', ({ given }) => positive(given - 1)),
        Effect.tap(({ given, less }) => printLine(`${given} ${less}`)),
      )
    expect(await interpret(checked(2))(world.runtime)()).toEqual(E.right({ given: 2, less: 1 }))
    expect(await interpret(checked(1))(world.runtime)()).toEqual(E.left(broken))
    expect(await interpret(checked(0))(world.runtime)()).toEqual(E.left(broken))
    expect(world.printed).toEqual(['2 1'])
  })

  it('take a default where a file is missing, and no default where it cannot be read', async () => {
    const world = memoryWorld({ engine: countingEngine })
    const length = (path: string) =>
      pipe(
        readFile(path),
        Effect.map((bytes) => bytes.length),
        ifMissing(path, Effect.of('none')),
      )
    await interpret(writeText('file', 'text'))(world.runtime)()
    expect(await interpret(length('file'))(world.runtime)()).toEqual(E.right(4))
    expect(await interpret(length('absent'))(world.runtime)()).toEqual(E.right('none'))
    expect(await interpret(length('.'))(world.runtime)()).toMatchObject(E.left({ tag: 'FileRefused' }))
  })

  it('stop at the first failure, and continue after a handler has recovered from it', async () => {
    const world = memoryWorld({ engine: countingEngine })
    const outcome = await interpret(
      pipe(
        readFile('absent'),
        Effect.tap(() => printLine('never')),
        Effect.map((bytes) => bytes.length),
        Effect.orElse((failure) => pipe(printLine(failure.tag), Effect.as(-1))),
      ),
    )(world.runtime)()
    expect(outcome).toEqual(E.right(-1))
    expect(world.printed).toEqual(['FileMissing'])
  })

  it('collect the results of a loop in order', async () => {
    const outcome = await run(
      pipe(
        ['a', 'b', 'c'],
        Effect.traverseArrayWithIndex((index, item) => Effect.of(`${index}${item}`)),
      ),
    )
    expect(outcome).toEqual(E.right(['0a', '1b', '2c']))
  })

  it('report the failure of the use when the release fails, too, and release either way', async () => {
    const world = memoryWorld({ engine: countingEngine })
    const release = (): Effect.Effect<void> =>
      pipe(printLine('released'), Effect.apSecond(Effect.left(broken)))
    const used = Effect.bracket(Effect.of(1), () => readFile('absent'), release)
    expect(await interpret(used)(world.runtime)()).toMatchObject(E.left({ tag: 'FileMissing' }))
    expect(world.printed).toEqual(['released'])
    expect(await run(Effect.bracket(Effect.of(1), Effect.of, release))).toEqual(E.left(broken))
  })
})

describe('a million steps do not overflow the stack', () => {
  it('in a loop over a state', async () => {
    const count = Effect.iterate(0, { while: (n) => n < million, body: (n) => Effect.of(n + 1) })
    expect(await run(count)).toEqual(E.right(million))
  })

  it('in a loop of instructions', async () => {
    const ticks = Effect.iterate(0, { while: (n) => n < million, body: () => now })
    expect(await run(ticks)).toEqual(E.right(million))
  })

  it('over a list', async () => {
    const items = Array.from({ length: million }, (_, i) => i)
    const outcome = await run(
      pipe(
        items,
        Effect.traverseArray((i) => Effect.of(i + 1)),
      ),
    )
    expect(E.isRight(outcome) && outcome.right.at(-1)).toBe(million)
  })

  it('nested to the left', async () => {
    let chain: Effect.Effect<number> = Effect.of(0)
    for (let i = 0; i < million; i += 1)
      chain = pipe(
        chain,
        Effect.map((n) => n + 1),
      )
    expect(await run(chain)).toEqual(E.right(million))
  })

  it('nested to the right', async () => {
    const down = (n: number): Effect.Effect<number> =>
      n === 0 ? Effect.of(0) : pipe(Effect.of(n - 1), Effect.flatMap(down))
    expect(await run(down(million))).toEqual(E.right(0))
  })

  it('in handlers of failures', async () => {
    let chain: Effect.Effect<number> = Effect.left(broken)
    for (let i = 0; i < million; i += 1) chain = pipe(chain, Effect.orElse(Effect.left))
    expect(await run(chain)).toEqual(E.left(broken))
  })
})

describe('accidents in the memory world', () => {
  const twoWrites = pipe(writeText('a', 'old'), Effect.apSecond(writeText('a', 'new')))

  it('a crash ends the run at once: nothing is recovered and nothing released', async () => {
    const world = memoryWorld({ engine: countingEngine, accident: { at: 1, tag: 'Crash' } })
    const guarded = pipe(
      Effect.bracket(
        Effect.of(0),
        () => twoWrites,
        () => printLine('released'),
      ),
      Effect.orElse(() => printLine('recovered')),
    )
    expect(await interpret(guarded)(world.runtime)()).toEqual(E.left({ tag: 'Interrupted', by: 'crash' }))
    expect(world.printed).toEqual([])
    expect(new TextDecoder().decode(world.disk.files.get('a'))).toBe('old')
  })

  it('a crash in the middle of a write leaves the old file, and a part of the new one next to it', async () => {
    const world = memoryWorld({ engine: countingEngine, accident: { at: 1, tag: 'Tear' } })
    await interpret(twoWrites)(world.runtime)()
    expect([...world.disk.files.keys()]).toEqual(['a', 'a.partial'])
    const next = memoryWorld({ engine: countingEngine, disk: world.disk })
    expect(await interpret(readText('a'))(next.runtime)()).toEqual(E.right('old'))
  })

  it('a crash in the middle of a line leaves a part of it', async () => {
    const world = memoryWorld({ engine: countingEngine, accident: { at: 1, tag: 'Tear' } })
    await interpret(pipe(appendLine('log', 'one'), Effect.apSecond(appendLine('log', 'two'))))(
      world.runtime,
    )()
    expect(new TextDecoder().decode(world.disk.files.get('log'))).toBe('one\ntw')
  })

  it('a write that is cut short leaves a part of a line, and a whole file as it was, and can be recovered from', async () => {
    const failure = { tag: 'FileRefused', path: 'log', action: 'write', reason: 'no space' } as const
    const accident = { at: 1, tag: 'ShortWrite', failure } as const
    const world = memoryWorld({ engine: countingEngine, accident })
    const guarded = pipe(
      appendLine('log', 'one'),
      Effect.apSecond(appendLine('log', 'two')),
      Effect.orElse(() => printLine('recovered')),
    )
    expect(await interpret(guarded)(world.runtime)()).toEqual(E.right(undefined))
    expect(world.printed).toEqual(['recovered'])
    expect(new TextDecoder().decode(world.disk.files.get('log'))).toBe('one\ntw')
    const whole = memoryWorld({ engine: countingEngine, accident })
    expect(await interpret(twoWrites)(whole.runtime)()).toEqual(E.left(failure))
    expect([...whole.disk.files.keys()]).toEqual(['a'])
  })

  it('an instruction that fails can be recovered from', async () => {
    const world = memoryWorld({ engine: countingEngine, accident: { at: 0, tag: 'Fail', failure: broken } })
    const retried = pipe(
      writeText('a', 'text'),
      Effect.orElse(() => writeText('a', 'text')),
      Effect.apSecond(readText('a')),
    )
    expect(await interpret(retried)(world.runtime)()).toEqual(E.right('text'))
  })

  it('a request to stop ends the run at the next yield', async () => {
    const world = memoryWorld({ engine: countingEngine, stopAt: 3 })
    const loop = Effect.iterate(0, {
      while: () => true,
      body: (n) => pipe(yieldControl, Effect.apSecond(printLine(String(n))), Effect.as(n + 1)),
    })
    expect(await interpret(loop)(world.runtime)()).toEqual(E.left({ tag: 'Interrupted', by: 'signal' }))
    expect(world.printed).toEqual(['0', '1'])
  })
})
