import { describe, expect, it } from 'vitest'
import { explain } from '../../src/effects/explain.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { files, listed, readFrom } from './reading.js'

describe('a folder of images', () => {
  it('is read in the same order whatever the order on disk, classes numbered by name', async () => {
    const paths = ['sketch/dog/1.png', 'photo/dog/b.jpg', 'photo/cat/c.webp', 'photo/dog/a.JPEG']
    const { outcome } = await readFrom(files(...paths))
    const dataSet = expectRight(outcome)
    expect(dataSet).toMatchObject({ root: 'data', layout: 'folder', classes: ['cat', 'dog'] })
    expect(dataSet.domains.map((domain) => [domain.name, listed(domain)])).toEqual([
      ['photo', ['data/photo/cat/c.webp 0', 'data/photo/dog/a.JPEG 1', 'data/photo/dog/b.jpg 1']],
      ['sketch', ['data/sketch/dog/1.png 1']],
    ])
    expect((await readFrom(files(...paths.toReversed()))).outcome).toEqual(outcome)
  })

  it('is evaluated on the images that it is trained on', async () => {
    const [domain] = expectRight((await readFrom(files('a/x/1.jpg', 'a/y/2.jpg'))).outcome).domains
    expect(listed(domain, 'evaluation')).toEqual(listed(domain, 'training'))
  })

  it('knows only the classes of the domains that are asked for, in the order asked for', async () => {
    const { outcome } = await readFrom(files('a/x/1.jpg', 'b/y/1.jpg', 'c/z/1.jpg'), { domains: ['c', 'a'] })
    const { classes, domains } = expectRight(outcome)
    expect(classes).toEqual(['x', 'z'])
    expect(domains.map(({ name }) => name)).toEqual(['c', 'a'])
  })

  it('numbers classes in a given order, if there is one', async () => {
    const given = files('a/x/1.jpg', 'a/z/1.jpg')
    const { outcome } = await readFrom(given, {
      known: { classes: ['z', 'y', 'x'], classFolders: ['z', 'y', 'x'] },
    })
    const { classes, domains } = expectRight(outcome)
    expect(classes).toEqual(['z', 'y', 'x'])
    expect(domains.map((domain) => listed(domain))).toEqual([['data/a/x/1.jpg 2', 'data/a/z/1.jpg 0']])
  })

  it('reports once which classes are missing in some of the domains that are asked for', async () => {
    const given = files('a/x/1.jpg', 'a/y/1.jpg', 'b/x/1.jpg', 'b/z/1.jpg', 'c/w/1.jpg')
    const { outcome, printed } = await readFrom(given, { domains: ['a', 'b'] })
    expect(expectRight(outcome).classes).toEqual(['x', 'y', 'z'])
    expect(printed).toEqual(['classes that not every domain has: y (no images in b), z (no images in a)'])
    expect((await readFrom(given, { domains: ['a'] })).printed).toEqual([])
  })

  it('leaves out hidden files, other files and empty classes', async () => {
    const { outcome } = await readFrom(
      files('a/x/1.jpg', 'a/x/._1.jpg', 'a/x/notes.txt', 'a/.git/1.jpg', 'a/y/readme', 'readme.txt'),
    )
    const { classes, domains } = expectRight(outcome)
    expect(classes).toEqual(['x'])
    expect(domains.map((domain) => listed(domain))).toEqual([['data/a/x/1.jpg 0']])
  })
})

describe('reading a data set fails, in plain words, for', () => {
  const photoAndSketch = files('photo/x/1.jpg', 'sketch/x/1.jpg')
  it.each([
    {
      what: 'a domain that is not there, with those that are',
      given: photoAndSketch,
      options: { domains: ['sketsch'] },
      said: "data (data): no domain 'sketsch' in it\n  → it has photo, sketch",
    },
    {
      what: 'a domain that is named twice',
      given: photoAndSketch,
      options: { domains: ['photo', 'photo'] },
      said: "data (data): domain 'photo' is asked for twice\n  → name different domains",
    },
    {
      what: 'a class that is not among the given ones',
      given: files('photo/x/1.jpg', 'sketch/y/1.jpg'),
      options: { known: { classes: ['x'], classFolders: ['x'] } },
      said: "data (data/sketch/<class>/*.jpg): domain 'sketch' has images of class 'y', which is not among the 1 known classes\n  → take them out, or train a run with them",
    },
    {
      what: 'a domain without images',
      given: files('photo/x/1.jpg', 'sketch/x/readme'),
      options: { domains: ['photo', 'sketch'] },
      said: "data (data/sketch/<class>/*.jpg): domain 'sketch' has no images\n  → check the folder; jpg, jpeg, png, webp, tif, tiff are read",
    },
    {
      what: 'a root without folders, with what each layout misses',
      given: files('readme'),
      options: {},
      said: [
        'data (data): no data set in it or in a folder of it; tried folder: it holds no folders',
        'office-home: no folder for art, clipart, product, real_world',
        'office-31: no folder for amazon, webcam, dslr',
        'vlcs: no folder for caltech, labelme, pascal, sun',
        'pacs: no splits/<domain>_train_kfold.txt with its <domain>_crossval_kfold.txt',
        'visda-2017: no train/image_list.txt or validation/image_list.txt',
        'domainnet: no <domain>_train.txt or splits/<domain>_train.txt with its <domain>_test.txt',
        'mini-domainnet: no splits_mini/<domain>_train.txt with its <domain>_test.txt\n  → give the folder that holds a folder for each domain, with a folder of images for each class in it',
      ].join('; '),
    },
    {
      what: 'the folder of one domain',
      given: files('dog/1.jpg', 'house/1.jpg'),
      options: { layout: 'folder' as const },
      said: 'data (data): no data set in it or in a folder of it; tried folder: images lie in its folders, as in the folder of one domain; the root is the folder above it\n  → give the folder that holds a folder for each domain, with a folder of images for each class in it',
    },
    {
      what: 'folders without images by class',
      given: files('dog/notes.txt', 'house/x/notes.txt'),
      options: { layout: 'folder' as const },
      said: 'data (data): no data set in it or in a folder of it; tried folder: none of its folders holds a folder of images for each class (2 looked at)\n  → give the folder that holds a folder for each domain, with a folder of images for each class in it',
    },
    {
      what: 'a root that is not there',
      given: {},
      options: {},
      said: 'data: no such folder\n  → check the path',
    },
  ])('$what', async ({ given, options, said }) => {
    expect(explain(expectLeft((await readFrom(given, options)).outcome))).toBe(said)
  })
})
