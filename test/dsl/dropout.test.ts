import { expect, it } from 'vitest'
import { dropout, explainFault, input, program } from '../../src/dsl/index.js'
import { expectLeft, expectRight } from '../expect-either.js'

const x = input('x', ['B', 4])
const key = input('key', [2], 'i32')
const dropped = (rate: number) => program({ x, key }, { y: dropout(x, { rate, key }) })

it.each([0, 0.5, 0.999])('dropout takes a rate of %d', (rate) =>
  expect(expectRight(dropped(rate)).outputs.y.shape).toEqual(['B', 4]),
)

it.each([-0.5, 1, 2, Number.NaN])('dropout refuses a rate of %d', (rate) =>
  expect(explainFault(expectLeft(dropped(rate))).split(/ at \S+dropout\.test\.ts:\d+:\d+$/)).toEqual([
    `a rate of ${rate} is not from 0 up to, but not including, 1 (dropout of [B,4])`,
    '',
  ]),
)
