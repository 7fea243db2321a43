/**
 * Programs that must compile, with arguments of less usual forms: spaces in specs, quotients, handles, generic lengths.
 * Most were found by the fuzzer, each is the smallest such case.
 */
import type { AcceptedProgram } from './accepted-program.js'

export const acceptedArguments: readonly AcceptedProgram[] = [
  {
    shows: 'spaces in a spec, where they help the reader',
    program: `einsum('b q  d, b k  d -> b q k', input('q', ['B', 7, 64]), input('k', ['B', 9, 64]))`,
    shape: ['B', 7, 9],
  },
  {
    shows: 'spaces around the names of a group',
    program: `rearrange(input('x', ['B', 12]), 'b ( h d ) ->  b h d', { h: 3 })`,
    shape: ['B', 3, 4],
  },
  {
    shows: 'a quotient in lowest terms',
    program: `rearrange(input('x', ['B', '12*D']), 'b (h d) -> b h d', { h: 8 })`,
    shape: ['B', 8, '3*D/2'],
  },
  {
    shows: 'a quotient of a quotient',
    program: `rearrange(input('x', ['D/2', 3]), '(h d) l -> (d l) h', { h: 2 })`,
    shape: ['3*D/4', 2],
  },
  {
    shows: 'quotients that cancel across axes',
    program: `reshape(input('x', ['D/8', 12, 'K/3']), ['D*K/2'])`,
    shape: ['D*K/2'],
  },
  {
    shows: 'a slice that handles bound',
    program: `slice(input('x', ['B', 77, 512]), 1, dim(70), dim(7))`,
    shape: ['B', 7, 512],
  },
  {
    shows: 'a stack of a list that is made at run time',
    program: `stack(['a', 'b'].map((name) => input(name, ['B', 512])), 1, { count: 2 })`,
    shape: ['B', 2, 512],
  },
  {
    shows: 'rows of whole numbers, picked and added up',
    program: `scatterAdd(takeRow(input('x', ['N', 77, 5], 'i32'), input('at', ['N'], 'i32')), input('to', ['N'], 'i32'), 0, 3)`,
    shape: [3, 5],
  },
  {
    shows: 'parts of axes whose length is generic',
    program: `const first = <B, L>(x: Tensor<[B, L, 8]>) => topK(slice(select(x, 1, 0), 0, 0, 2), 4, -1).values
first(input('x', [3, 'L', 8]))`,
    shape: [2, 4],
  },
]
