import { describe, expect, it } from 'vitest'
import { parseClassNames } from '../../src/data/class-names.js'
import { explain } from '../../src/effects/explain.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { files, readFrom } from './reading.js'

const imageNet = files(
  'imagenet-r/n01443537/art_0.jpg',
  'imagenet-r/n02088094/art_0.jpg',
  'sketch/n01443537/sketch_0.JPEG',
  'sketch/n02088094/sketch_0.JPEG',
)

describe('a file of class names', () => {
  it('has a folder and a name on each line, separated by a space or a tab', () => {
    const text = '\uFEFFn01443537 goldfish\r\n\nn02088094\tAfghan hound\nAlarm Clock\talarm clock\n'
    expect([...expectRight(parseClassNames('names.txt', text))]).toEqual([
      ['n01443537', 'goldfish'],
      ['n02088094', 'Afghan hound'],
      ['Alarm Clock', 'alarm clock'],
    ])
  })

  it.each([
    { text: 'n01443537\n', problem: 'line 1 is no folder with a name, such as n01443537 goldfish' },
    { text: '0 bird\n0 car\n', problem: "line 2 names 0 'car', an earlier line 'bird'" },
  ])('is refused where $problem', ({ text, problem }) => {
    expect(explain(expectLeft(parseClassNames('names.txt', text)))).toBe(
      `names.txt: not a valid class names file: ${problem}\n  → fetch or write the file again`,
    )
  })

  it('names the classes of a data set, whose folders keep theirs', async () => {
    const { outcome, printed } = await readFrom(
      { ...imageNet, 'classnames.txt': 'n01443537 goldfish\nn02088094 Afghan hound\n' },
      { classNames: 'data/classnames.txt' },
    )
    expect(expectRight(outcome)).toMatchObject({
      classes: ['goldfish', 'Afghan hound'],
      classFolders: ['n01443537', 'n02088094'],
    })
    expect(printed).toEqual([])
  })

  it('is warned of where it leaves out a class, or gives several classes one name', async () => {
    const { printed } = await readFrom(
      { ...files('a/0/1.jpg', 'a/1/1.jpg', 'a/2/1.jpg'), names: '0 missile\n1 missile\n' },
      { classNames: 'data/names' },
    )
    expect(printed.slice(0, 3)).toEqual([
      'warning: 1 of 3 classes are called by numbers or WordNet ids (2), which say nothing in a prompt; a file of class names gives them names',
      'warning: the file of class names has no line for 1 of 3 classes (2)',
      'warning: missile: one name for several classes, whose prompts are the same',
    ])
  })
})

describe('classes that are called by WordNet ids or numbers', () => {
  it('are warned of without a file of names', async () => {
    expect((await readFrom(imageNet)).printed).toEqual([
      'warning: 2 of 2 classes are called by numbers or WordNet ids (n01443537, n02088094), which say nothing in a prompt; a file of class names gives them names',
    ])
  })

  it('are not warned of where their names are known', async () => {
    const known = { classes: ['goldfish', 'Afghan hound'], classFolders: ['n01443537', 'n02088094'] }
    const { outcome, printed } = await readFrom(imageNet, { known })
    expect(expectRight(outcome).classes).toEqual(known.classes)
    expect(printed).toEqual([])
  })
})
