import { describe, expect, it } from 'vitest'
import type { LayoutName } from '../../src/data/index.js'
import { explain } from '../../src/effects/explain.js'
import { expectLeft, expectRight } from '../expect-either.js'
import type { Content } from './reading.js'
import { files, listed, readFrom } from './reading.js'

type Files = Readonly<Record<string, Content>>

const officeHome = files(
  'Real World/Alarm_Clock/1.jpg',
  'Art/Alarm_Clock/1.jpg',
  'Clipart/Bed/1.jpg',
  'Product/Bed/1.jpg',
  'ImageInfo.csv',
)
const visda: Files = {
  'train/image_list.txt': 'aeroplane/src_1.png 0\nbus/src 2.png 2\n',
  'validation/image_list.txt': 'bus/1.jpg 2\r\n\r\naeroplane/2.jpg 0\r\n',
  ...files(
    'train/aeroplane/src_1.png',
    'train/bus/src 2.png',
    'validation/bus/1.jpg',
    'validation/aeroplane/2.jpg',
    'validation/aeroplane/in-no-list.jpg',
  ),
}
const miniDomainNet: Files = {
  'splits_mini/real_train.txt': 'real/zebra/1.jpg 1\nreal/ant/2.jpg 0\n',
  'splits_mini/real_test.txt': 'real/ant/3.jpg 0\n',
  'splits_mini/sketch_train.txt': 'sketch/ant/1.jpg 0\n',
  'splits_mini/sketch_test.txt': 'sketch/zebra/2.jpg 1\n',
  ...files('real/zebra/1.jpg', 'real/ant/2.jpg', 'real/ant/3.jpg', 'sketch/ant/1.jpg', 'sketch/zebra/2.jpg'),
}

describe('a layout is recognised', () => {
  it.each<{ readonly layout: LayoutName; readonly given: Files; readonly domains: readonly string[] }>([
    { layout: 'office-home', given: officeHome, domains: ['art', 'clipart', 'product', 'real_world'] },
    { layout: 'visda-2017', given: visda, domains: ['synthetic', 'real'] },
    { layout: 'mini-domainnet', given: miniDomainNet, domains: ['real', 'sketch'] },
    { layout: 'folder', given: files('Art/x/1.jpg', 'train/x/1.jpg'), domains: ['Art', 'train'] },
  ])('$layout', async ({ layout, given, domains }) => {
    const dataSet = expectRight((await readFrom(given)).outcome)
    expect(dataSet.layout).toBe(layout)
    expect(dataSet.domains.map(({ name }) => name)).toEqual(domains)
  })

  it('unless it is given: then the same files are read in another way', async () => {
    const dataSet = expectRight((await readFrom(officeHome, { layout: 'folder' })).outcome)
    expect(dataSet.layout).toBe('folder')
    expect(dataSet.domains.map(({ name }) => name)).toEqual(['Art', 'Clipart', 'Product', 'Real World'])
  })
})

describe('Office-Home', () => {
  it.each(['Real World', 'Real-World', 'real_world', 'RealWorld', 'REAL WORLD'])(
    "'%s' is its domain real_world",
    async (folder) => {
      const given = files('Art/a/1.jpg', 'Clipart/a/1.jpg', 'Product/a/1.jpg', `${folder}/a/1.jpg`)
      const { domains } = expectRight((await readFrom(given, { domains: ['real_world', 'art'] })).outcome)
      expect(domains.map((domain) => [domain.name, listed(domain)])).toEqual([
        ['real_world', [`data/${folder}/a/1.jpg 0`]],
        ['art', ['data/Art/a/1.jpg 0']],
      ])
    },
  )

  it('keeps class names as they are published', async () => {
    expect(expectRight((await readFrom(officeHome)).outcome).classes).toEqual(['Alarm_Clock', 'Bed'])
  })

  it('does not guess which of two folders is a domain', async () => {
    const given = { ...officeHome, ...files('art/Bed/1.jpg') }
    expect(explain(expectLeft((await readFrom(given)).outcome))).toBe(
      "data (data): both 'Art' and 'art' are named like domain art\n  → rename or remove one of them, or set layout to folder",
    )
  })
})

describe('VisDA-2017', () => {
  it('is what its lists name, paths below the list, classes in the order of their numbers', async () => {
    const { classes, domains } = expectRight((await readFrom(visda)).outcome)
    expect(classes).toEqual(['aeroplane', 'bus'])
    expect(domains.map((domain) => listed(domain))).toEqual([
      ['data/train/aeroplane/src_1.png 0', 'data/train/bus/src 2.png 1'],
      ['data/validation/bus/1.jpg 1', 'data/validation/aeroplane/2.jpg 0'],
    ])
    expect(domains.map((domain) => listed(domain, 'evaluation'))).toEqual(
      domains.map((domain) => listed(domain, 'training')),
    )
  })

  it('needs only the list of the domain that is asked for', async () => {
    const { 'validation/image_list.txt': _, ...part } = visda
    expect(expectRight((await readFrom(part, { domains: ['synthetic'] })).outcome).layout).toBe('visda-2017')
    expect(explain(expectLeft((await readFrom(part)).outcome))).toBe(
      'data/validation/image_list.txt: no such file\n  → check the path',
    )
  })
})

describe('mini-DomainNet', () => {
  it('is trained on its train split and evaluated on its test split', async () => {
    const { classes, domains } = expectRight((await readFrom(miniDomainNet)).outcome)
    expect(classes).toEqual(['ant', 'zebra'])
    const [real] = domains
    expect(listed(real, 'training')).toEqual(['data/real/zebra/1.jpg 1', 'data/real/ant/2.jpg 0'])
    expect(listed(real, 'evaluation')).toEqual(['data/real/ant/3.jpg 0'])
  })

  it('fails with the split that is missing', async () => {
    const { 'splits_mini/real_test.txt': _, ...part } = miniDomainNet
    expect(explain(expectLeft((await readFrom(part)).outcome))).toContain(
      'data/splits_mini/real_test.txt: no such file',
    )
  })
})

/** Trees of one class, `a`, or the class folder `0`; which images are trained and evaluated on, by their last names. */
const published: readonly {
  readonly what: string
  readonly layout: LayoutName
  readonly given: Files
  readonly domain: string
  readonly training: readonly string[]
  readonly evaluation: readonly string[]
}[] = [
  {
    what: 'DomainNet with its lists in the root',
    layout: 'domainnet',
    given: {
      'clipart_train.txt': 'clipart/a/1.jpg 0\n',
      'clipart_test.txt': 'clipart/a/2.jpg 0\n',
      'real_train.txt': 'real/a/1.jpg 0\n',
      'real_test.txt': 'real/a/2.jpg 0\n',
      ...files('clipart/a/1.jpg', 'clipart/a/2.jpg', 'real/a/1.jpg', 'real/a/2.jpg'),
    },
    domain: 'clipart',
    training: ['data/clipart/a/1.jpg'],
    evaluation: ['data/clipart/a/2.jpg'],
  },
  {
    what: 'DomainNet of Dassl',
    layout: 'domainnet',
    given: {
      'splits/clipart_train.txt': 'clipart/a/1.jpg 0\n',
      'splits/clipart_test.txt': 'clipart/a/2.jpg 0\n',
      ...files('clipart/a/1.jpg', 'clipart/a/2.jpg'),
    },
    domain: 'clipart',
    training: ['data/clipart/a/1.jpg'],
    evaluation: ['data/clipart/a/2.jpg'],
  },
  {
    what: 'PACS of Dassl, evaluated on all images',
    layout: 'pacs',
    given: {
      'splits/photo_train_kfold.txt': 'photo/a/1.jpg 1\n',
      'splits/photo_crossval_kfold.txt': 'photo/a/2.jpg 1\n',
      'splits/photo_test_kfold.txt': 'photo/a/1.jpg 1\nphoto/a/2.jpg 1\n',
      ...files('images/photo/a/1.jpg', 'images/photo/a/2.jpg'),
    },
    domain: 'photo',
    training: ['data/images/photo/a/1.jpg'],
    evaluation: ['data/images/photo/a/1.jpg', 'data/images/photo/a/2.jpg'],
  },
  {
    what: 'VLCS of Dassl, evaluated on its test part',
    layout: 'vlcs',
    given: files(
      ...['CALTECH', 'LABELME', 'PASCAL', 'SUN'].flatMap((domain) =>
        ['train', 'crossval', 'test'].map((part) => `${domain}/${part}/0/${part}.jpg`),
      ),
    ),
    domain: 'caltech',
    training: ['data/CALTECH/train/0/train.jpg'],
    evaluation: ['data/CALTECH/test/0/test.jpg'],
  },
  {
    what: 'Office-31 as published',
    layout: 'office-31',
    given: files('amazon/images/a/1.jpg', 'dslr/images/a/1.jpg', 'webcam/images/a/1.jpg'),
    domain: 'amazon',
    training: ['data/amazon/images/a/1.jpg'],
    evaluation: ['data/amazon/images/a/1.jpg'],
  },
  {
    what: 'Office-31 of Dassl',
    layout: 'office-31',
    given: files('amazon/a/1.jpg', 'dslr/a/1.jpg', 'webcam/a/1.jpg'),
    domain: 'webcam',
    training: ['data/webcam/a/1.jpg'],
    evaluation: ['data/webcam/a/1.jpg'],
  },
  {
    what: 'Office-Home of Dassl for generalisation, evaluated on all images',
    layout: 'office-home',
    given: files(
      ...['art', 'clipart', 'product', 'real_world'].flatMap((domain) =>
        ['train', 'val'].map((part) => `${domain}/${part}/a/${part}.jpg`),
      ),
    ),
    domain: 'real_world',
    training: ['data/real_world/train/a/train.jpg'],
    evaluation: ['data/real_world/train/a/train.jpg', 'data/real_world/val/a/val.jpg'],
  },
  {
    what: 'ImageNet-R and ImageNet-Sketch',
    layout: 'folder',
    given: files('imagenet-r/a/1.jpg', 'imagenet-sketch/images/a/1.JPEG'),
    domain: 'imagenet-sketch',
    training: ['data/imagenet-sketch/images/a/1.JPEG'],
    evaluation: ['data/imagenet-sketch/images/a/1.JPEG'],
  },
]

describe('a published tree is read without being asked for', () => {
  it.each(published)('$what', async ({ layout, given, domain, training, evaluation }) => {
    const dataSet = expectRight((await readFrom(given)).outcome)
    expect(dataSet.layout).toBe(layout)
    const read = dataSet.domains.find(({ name }) => name === domain)
    expect(listed(read, 'training')).toEqual(training.map((path) => `${path} 0`))
    expect(listed(read, 'evaluation')).toEqual(evaluation.map((path) => `${path} 0`))
  })
})

describe('a split of which only the part train has classes', () => {
  it('is trained and evaluated on that part, and the other one is said to be skipped', async () => {
    const { outcome, printed } = await readFrom(
      files('a/train/dog/1.jpg', 'a/test/labels', 'b/train/dog/1.jpg', 'b/test/labels'),
    )
    expect(expectRight(outcome).domains.map((domain) => listed(domain, 'evaluation'))).toEqual([
      ['data/a/train/dog/1.jpg 0'],
      ['data/b/train/dog/1.jpg 0'],
    ])
    expect(printed).toEqual(['skipped in data: 2 folders without classes of images (a/test, b/test)'])
  })
})

describe('a domain with a class called train', () => {
  it('is not taken for a split', async () => {
    const given = files('a/train/1.jpg', 'a/test/1.jpg', 'b/train/1.jpg', 'b/bus/1.jpg')
    expect(expectRight((await readFrom(given)).outcome).classes).toEqual(['bus', 'test', 'train'])
  })
})

describe('a list with mistakes is refused, each with its line', () => {
  const refused = async (list: string): Promise<string> =>
    explain(expectLeft((await readFrom({ ...visda, 'train/image_list.txt': list })).outcome))

  it.each([
    { list: 'bus/1.png\n', said: 'line 1: label is missing' },
    { list: 'bus/1.png 0\nbus/2.png two\n', said: `line 2: label is "two", wanted a class's number` },
    { list: 'bus/1.png -1\n', said: `line 1: label is "-1", wanted a class's number` },
    { list: '1.png 0\n', said: 'line 1: path is "1.png", wanted a path such as bus/1.jpg' },
    { list: '/bus/1.png 0\n', said: 'line 1: path is "/bus/1.png", wanted a path such as bus/1.jpg' },
    {
      list: '../../bus/1.png 0\n',
      said: 'line 1: path is "../../bus/1.png", wanted a path such as bus/1.jpg',
    },
    {
      list: '1.png x\n\nbus/1.png\n',
      said: `line 1: path is "1.png", wanted a path such as bus/1.jpg, label is "x", wanted a class's number; line 3: label is missing`,
    },
  ])('$said', async ({ list, said }) => {
    expect(await refused(list)).toBe(
      `data/train/image_list.txt: not a valid image list file: ${said}\n  → fetch or write the file again`,
    )
  })

  it('and at most ten of them are listed', async () => {
    expect(await refused('nothing\n'.repeat(500))).toMatch(/line 10: [^;]*; and 490 more\n/)
  })

  it.each([
    {
      what: 'one number for two classes',
      list: 'bus/1.jpg 2\ncar/1.jpg 2\n',
      said: "class 2 is 'car' in data/train/image_list.txt line 2, but class 2 is 'bus' in data/train/image_list.txt line 1",
    },
    {
      what: 'two numbers for one class, in two lists',
      list: 'bus/1.jpg 3\n',
      said: "class 2 is 'bus' in data/validation/image_list.txt line 1, but class 3 is 'bus' in data/train/image_list.txt line 1",
    },
  ])('$what', async ({ list, said }) => {
    expect(await refused(list)).toContain(said)
  })
})
