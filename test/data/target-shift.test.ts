import { describe, expect, it } from 'vitest'
import type { DataSet, LabelledImage } from '../../src/data/data-set.js'
import { domainImages } from '../../src/data/data-set.js'
import type { TargetShift } from '../../src/data/target-shift.js'
import { withTargetShift, withTargetShiftAgain } from '../../src/data/target-shift.js'

const classes = ['cat', 'dog', 'elk', 'fox', 'hen']

const imagesOf = (domain: string, count: number): readonly LabelledImage[] =>
  classes.flatMap((name, label) =>
    Array.from({ length: count }, (_, i) => ({ path: `data/${domain}/${name}/${i}.png`, label })),
  )

const all = (domain: string) => imagesOf(domain, 50)
const whole: DataSet = {
  root: 'data',
  layout: 'folder',
  classes,
  classFolders: classes,
  domains: ['photo', 'sketch'].map((name) => ({ name, training: all(name), evaluation: all(name) })),
}

const target = (shift: TargetShift, data = whole) =>
  domainImages(withTargetShift(data, 'sketch', shift), 'sketch', 'evaluation')

/** How many images of each class there are, the most first. */
const countsOf = (images: readonly LabelledImage[]): readonly number[] =>
  classes.map((_, label) => images.filter((image) => image.label === label).length).toSorted((a, b) => b - a)

describe('a shifted target', () => {
  it('with a long tail has shares of its classes that fall by the same factor from one to the next', () => {
    expect(countsOf(target({ kind: 'long-tailed', factor: 16, seed: 1 }))).toEqual([50, 25, 13, 6, 3])
    expect(countsOf(target({ kind: 'long-tailed', factor: 1, seed: 1 }))).toEqual([50, 50, 50, 50, 50])
    expect(countsOf(target({ kind: 'long-tailed', factor: 1e6, seed: 1 })).at(-1)).toBe(1)
  })

  it('with few classes has all images of these, and none of others', () => {
    for (const count of [1, 2, 5, 9]) {
      const counts = countsOf(target({ kind: 'few-classes', classes: count, seed: 3 }))
      expect(counts.filter((images) => images === 50)).toHaveLength(Math.min(count, 5))
      expect(counts.filter((images) => images === 0)).toHaveLength(5 - Math.min(count, 5))
    }
  })

  it('is the same for the same seed, whatever the order of images and classes; other seeds take others', () => {
    const shift: TargetShift = { kind: 'long-tailed', factor: 10, seed: 4 }
    const paths = (data: DataSet, seed = 4) =>
      target({ ...shift, seed }, data)
        .map(({ path }) => path)
        .toSorted()
    const turned = (images: readonly LabelledImage[]) =>
      images.map((image) => ({ ...image, label: classes.length - 1 - image.label })).toReversed()
    const reversed: DataSet = {
      ...whole,
      classes: classes.toReversed(),
      classFolders: classes.toReversed(),
      domains: whole.domains.map(({ name, training, evaluation }) => ({
        name,
        training: turned(training),
        evaluation: turned(evaluation),
      })),
    }
    expect(paths(reversed)).toEqual(paths(whole))
    expect(new Set([1, 2, 3, 4].map((seed) => paths(whole, seed).join())).size).toBe(4)
  })

  it('keeps all classes and the source, and has the same images for training and evaluation', () => {
    const shifted = withTargetShift(whole, 'sketch', { kind: 'few-classes', classes: 1, seed: 1 })
    expect(shifted.classes).toEqual(classes)
    expect(domainImages(shifted, 'photo', 'training')).toEqual(all('photo'))
    expect(domainImages(shifted, 'sketch', 'training')).toEqual(domainImages(shifted, 'sketch', 'evaluation'))
    expect(withTargetShift(whole, 'sketch', undefined)).toBe(whole)
  })
})

describe('a target with unknown classes', () => {
  const shift: TargetShift = { kind: 'open-set', unknown: 2, seed: 1 }
  const open = withTargetShift(whole, 'sketch', shift)
  const labelled = (domain: string) => domainImages(open, domain, 'training')

  it('has all its images, and those of classes that are no longer among the known ones have the label -1', () => {
    expect(open.classes).toHaveLength(3)
    expect(labelled('sketch')).toHaveLength(250)
    expect(labelled('sketch').filter(({ label }) => label === -1)).toHaveLength(100)
    for (const { path, label } of labelled('sketch')) {
      const folder = path.split('/')[2] ?? ''
      expect(label).toBe(open.classFolders.indexOf(folder))
    }
  })

  it('leaves no image of these classes in other domains', () => {
    expect(labelled('photo')).toHaveLength(150)
    expect(labelled('photo').every(({ label }) => label >= 0)).toBe(true)
  })

  it('keeps at least one class, and draws others by another seed', () => {
    expect(withTargetShift(whole, 'sketch', { ...shift, unknown: 9 }).classes).toHaveLength(1)
    const drawn = [1, 2, 3, 4].map((seed) =>
      withTargetShift(whole, 'sketch', { ...shift, seed }).classes.join(),
    )
    expect(new Set(drawn).size).toBeGreaterThan(1)
  })

  it('is the same where its classes are known and its unknown images were read with the label -1', () => {
    const read: DataSet = {
      ...open,
      domains: whole.domains.map(({ name, training }) => {
        const images = training.map(({ path }) => ({
          path,
          label: open.classFolders.indexOf(path.split('/')[2] ?? ''),
        }))
        return { name, training: images, evaluation: images }
      }),
    }
    expect(withTargetShiftAgain(read, 'sketch', shift)).toEqual(open)
    const few: TargetShift = { kind: 'few-classes', classes: 2, seed: 1 }
    expect(withTargetShiftAgain(whole, 'sketch', few)).toEqual(withTargetShift(whole, 'sketch', few))
  })
})
