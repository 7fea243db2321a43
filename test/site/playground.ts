/** The playground in a tab of Chromium: what a person sees who edits, looks and runs. */
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as t from 'io-ts'
import { writePlayground } from '../../site/assembly/playground.js'
import { expectRight } from '../expect-either.js'
import { chromium } from '../support/chromium.js'

const repository = fileURLToPath(new URL('../../', import.meta.url))

const seen = t.type({
  /** Milliseconds until the compiler has said that the first program is sound. */
  openedIn: t.number,
  /** Milliseconds from each last key until the sentence was there. */
  latencies: t.array(t.number),
  /** The type that a hover shows. */
  hover: t.string,
  ran: t.array(
    t.type({
      example: t.string,
      program: t.string,
      gradient: t.string,
      cost: t.string,
      /** Boxes of the drawing, and how many are left once all scopes are folded. */
      boxes: t.number,
      folded: t.number,
      scopes: t.number,
      kind: t.string,
      said: t.string,
      curve: t.number,
      values: t.array(t.string),
      link: t.string,
    }),
  ),
  /** Whether the link opened the same program in another tab. */
  same: t.boolean,
  requests: t.array(t.string),
  complaints: t.array(t.string),
})

/** What was seen in the playground. */
export type Seen = t.TypeOf<typeof seen>

/** Builds the playground, edits a program, then opens, looks at and runs examples. */
export const inPlayground = async (asked: {
  readonly edits: number
  readonly examples: readonly string[]
}): Promise<Seen> => {
  const folder = `${repository}build/playground`
  rmSync(folder, { recursive: true, force: true })
  await writePlayground(repository, folder)
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [`${repository}test/site/open-playground.mjs`, chromium ?? '', JSON.stringify({ folder, ...asked })],
    { maxBuffer: 2 ** 28 },
  )
  return expectRight(seen.decode(JSON.parse(stdout)))
}

/** The first and the last loss of a run, from what the page says. */
export const lossesIn = (said: string): readonly [first: number, last: number] | undefined => {
  const found = /from ([\d.e+-]+) to ([\d.e+-]+)\.$/.exec(said)
  return found === null ? undefined : [Number(found[1]), Number(found[2])]
}
