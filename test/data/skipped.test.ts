import { describe, expect, it } from 'vitest'
import { explain } from '../../src/effects/explain.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { files, listed, readFrom } from './reading.js'

describe('what lies in a data set and is not read', () => {
  it('is counted by kind in one line, and folders without classes of images are no domains', async () => {
    const { outcome, printed } = await readFrom(
      files(
        ...['photo/dog/1.jpg', 'photo/dog/2.JPG', 'sketch/dog/1.tif'],
        ...['__MACOSX/photo/dog/._1.jpg', 'splits/photo.txt', 'logs/1/events.out', 'notes.txt', '.DS_Store'],
        ...['photo/dog/more/3.jpg', 'photo/dog/more/4.jpg', 'photo/cat/readme', 'photo/5.jpg'],
        ...['photo/dog/6.bmp', 'photo/dog/7.bmp', 'photo/dog/8.gif', 'sketch/dog/._1.tif'],
      ),
    )
    expect(expectRight(outcome).domains.map((domain) => [domain.name, listed(domain)])).toEqual([
      ['photo', ['data/photo/dog/1.jpg 0', 'data/photo/dog/2.JPG 0']],
      ['sketch', ['data/sketch/dog/1.tif 0']],
    ])
    expect(printed).toEqual([
      [
        'skipped in data: 3 folders without classes of images (__MACOSX, logs, splits)',
        '1 folder without images (photo/cat)',
        '1 folder below a class (photo/dog/more)',
        '2 images below a class (photo/dog/more/3.jpg, photo/dog/more/4.jpg)',
        '1 image outside of the folders of classes (photo/5.jpg)',
        '5 files of other kinds (2 .bmp, 1 .gif, 1 .txt, ...; jpg, jpeg, png, webp, tif, tiff are read)',
        '2 hidden (.DS_Store, sketch/dog/._1.tif)',
      ].join('; '),
    ])
  })

  it('is said of the domains that are read, and of the root', async () => {
    const { printed } = await readFrom(files('a/x/1.jpg', 'b/x/1.jpg', 'b/x/1.gif', 'logs/1'), {
      domains: ['a'],
    })
    expect(printed).toEqual(['skipped in data: 1 folder without classes of images (logs)'])
  })

  it('is not said where everything is read', async () => {
    expect((await readFrom(files('a/x/1.jpg', 'b/x/1.jpg'))).printed).toEqual([])
  })

  it('includes images that no list names', async () => {
    const { printed } = await readFrom({
      'train/image_list.txt': 'bus/1.jpg 0\n',
      'validation/image_list.txt': 'bus/1.jpg 0\n',
      ...files('train/bus/1.jpg', 'validation/bus/1.jpg', 'validation/bus/2.jpg'),
    })
    expect(printed).toEqual(['skipped in data: 1 image that no list names (validation/bus/2.jpg)'])
  })

  it('includes the part of a split that is neither trained nor evaluated on', async () => {
    const domain = (name: string): readonly string[] =>
      ['train', 'crossval', 'test'].map((part) => `${name}/${part}/bird/${part}.jpg`)
    const { printed } = await readFrom(files(...domain('A'), ...domain('B')), { domains: ['A'] })
    expect(printed[0]).toBe('skipped in data: 1 part of a split (A/crossval)')
  })

  it('names few of many', async () => {
    const nested = Array.from({ length: 40 }, (_, i) => `a/x/more/${i + 10}.jpg`)
    const { printed } = await readFrom(files('a/x/1.jpg', ...nested))
    expect(printed).toEqual([
      'skipped in data: 1 folder below a class (a/x/more); 40 images below a class (a/x/more/10.jpg, a/x/more/11.jpg, a/x/more/12.jpg, ...)',
    ])
  })
})

describe('images that lists name and that are missing', () => {
  it('are named up to eight, and the others counted', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `bus/${i}.jpg 0`).join('\n')
    const { printed } = await readFrom({
      'train/image_list.txt': lines,
      'validation/image_list.txt': 'bus/1.jpg 0\n',
      ...files('train/bus/0.jpg', 'validation/bus/1.jpg'),
    })
    expect(printed).toHaveLength(9)
    expect(printed.at(-1)).toBe('skipped: 11 more images that lists name and that are missing')
  })
})

describe('a folder above or below the root', () => {
  const office = files('Art/a/1.jpg', 'Clipart/a/1.jpg', 'Product/a/1.jpg', 'Real-World/a/1.jpg')
  const inside = (folder: string) =>
    Object.fromEntries(Object.entries(office).map(([path, content]) => [`${folder}/${path}`, content]))

  it('leads to the data set in it, and a line says so', async () => {
    const { outcome, printed } = await readFrom({ ...inside('OfficeHomeDataset'), ...files('readme.txt') })
    expect(expectRight(outcome)).toMatchObject({ root: 'data/OfficeHomeDataset', layout: 'office-home' })
    expect(printed).toEqual(['reading data/OfficeHomeDataset: the data set lies there'])
  })

  it('is refused where it holds several data sets', async () => {
    const { outcome } = await readFrom({ ...inside('first'), ...inside('second') })
    expect(explain(expectLeft(outcome))).toBe(
      'data (data): there are several data sets in it: first, second\n  → give the folder of one of them',
    )
  })

  it('is looked into for a layout that is asked for, too', async () => {
    const { outcome } = await readFrom(inside('deeper'), { layout: 'office-home' })
    expect(expectRight(outcome).root).toBe('data/deeper')
  })
})

describe('a root that is of two published layouts', () => {
  it('is refused, with a layout to ask for', async () => {
    const lists = (folder: string) => ({
      [`${folder}/real_train.txt`]: 'real/ant/1.jpg 0\n',
      [`${folder}/real_test.txt`]: 'real/ant/2.jpg 0\n',
    })
    const given = {
      ...lists('splits'),
      ...lists('splits_mini'),
      ...files('real/ant/1.jpg', 'real/ant/2.jpg'),
    }
    expect(explain(expectLeft((await readFrom(given)).outcome))).toBe(
      'data (data): it can be read as domainnet or as mini-domainnet\n  → say which one is meant; for example, set layout to domainnet',
    )
    const { outcome } = await readFrom(given, { layout: 'mini-domainnet' })
    expect(expectRight(outcome).layout).toBe('mini-domainnet')
  })
})
