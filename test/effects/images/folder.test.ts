import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { readImageFolder } from '../../../src/effects/images/folder.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { memoryDisk, memoryWorld } from '../../../src/effects/memory-runtime.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { countingEngine } from '../testing-engine.js'

const read = (paths: readonly string[], domains?: readonly string[]) => {
  const disk = memoryDisk(Object.fromEntries(paths.map((path) => [path, new Uint8Array(1)])))
  return interpret(readImageFolder('data', domains))(memoryWorld({ engine: countingEngine, disk }).runtime)()
}

describe('a folder of images', () => {
  it('is read in the same order whatever the order on disk, classes numbered by name', async () => {
    const paths = [
      'data/sketch/dog/1.png',
      'data/photo/dog/b.jpg',
      'data/photo/cat/c.webp',
      'data/photo/dog/a.JPEG',
    ]
    const folder = expectRight(await read(paths))
    expect(folder).toEqual({
      root: 'data',
      classes: ['cat', 'dog'],
      domains: [
        {
          name: 'photo',
          images: [
            { path: 'data/photo/cat/c.webp', label: 0 },
            { path: 'data/photo/dog/a.JPEG', label: 1 },
            { path: 'data/photo/dog/b.jpg', label: 1 },
          ],
        },
        { name: 'sketch', images: [{ path: 'data/sketch/dog/1.png', label: 1 }] },
      ],
    })
    expect(expectRight(await read(paths.toReversed()))).toEqual(folder)
  })

  it('knows only the classes of the domains that are asked for, in the order asked for', async () => {
    const folder = expectRight(await read(['data/a/x/1.jpg', 'data/b/y/1.jpg', 'data/c/z/1.jpg'], ['c', 'a']))
    expect(folder.classes).toEqual(['x', 'z'])
    expect(folder.domains.map(({ name }) => name)).toEqual(['c', 'a'])
  })

  it('leaves out hidden files, other files and empty classes', async () => {
    const folder = expectRight(
      await read([
        'data/a/x/1.jpg',
        'data/a/x/._1.jpg',
        'data/a/x/notes.txt',
        'data/a/.git/1.jpg',
        'data/a/y/readme',
      ]),
    )
    expect(folder.classes).toEqual(['x'])
    expect(folder.domains[0]?.images).toHaveLength(1)
  })

  it('says which domains there are when one is asked for that is not there', async () => {
    expect(expectLeft(await read(['data/photo/x/1.jpg', 'data/sketch/x/1.jpg'], ['sketsch']))).toMatchObject({
      tag: 'UserInput',
      problem: "no domain 'sketsch' in it",
      advice: 'it has photo, sketch',
    })
  })

  it('names a domain without images, and a root that is not there', async () => {
    expect(expectLeft(await read(['data/photo/x/1.jpg', 'data/sketch/x/readme']))).toMatchObject({
      option: 'data/sketch',
      problem: 'no images in it',
    })
    expect(await read([])).toEqual(E.left({ tag: 'FileMissing', path: 'data', kind: 'folder' }))
  })
})
