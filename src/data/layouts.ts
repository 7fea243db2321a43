/** The layouts that are known: a new one is a value in this list. */
import { literals } from '../dsl/documents/literals.js'
import { anyDomains, namedDomains } from './folder-domains.js'
import { listedDomains } from './listed-domains.js'
import { visda2017Layout } from './visda-2017.js'

/** Office-Home (Venkateswara et al. 2017), 65 classes, as published and as in Dassl (`office_home`, `office_home_dg`). */
const officeHomeLayout = namedDomains('office-home', ['art', 'clipart', 'product', 'real_world'])

/** Office-31 (Saenko et al. 2010), 31 classes, as published (`amazon/images/<class>`) and as in Dassl. */
const office31Layout = namedDomains('office-31', ['amazon', 'webcam', 'dslr'])

/** VLCS (Torralba and Efros 2011; Fang et al. 2013), 5 classes that are numbered, as in Dassl. */
const vlcsLayout = namedDomains('vlcs', ['caltech', 'labelme', 'pascal', 'sun'])

/** PACS (Li et al. 2017), 7 classes, with the lists of its authors, as in Dassl: evaluated on all images. */
const pacsLayout = listedDomains('pacs', {
  folders: ['splits'],
  base: 'images',
  training: ['_train_kfold.txt'],
  evaluation: ['_train_kfold.txt', '_crossval_kfold.txt'],
})

/** DomainNet (Peng et al. 2019), 345 classes, with its lists in the root as published, or in `splits` as in Dassl. */
const domainNetLayout = listedDomains('domainnet', {
  folders: ['.', 'splits'],
  base: '.',
  training: ['_train.txt'],
  evaluation: ['_test.txt'],
})

/** mini-DomainNet (Zhou et al. 2021, "Domain Adaptive Ensemble Learning"): 126 classes of DomainNet, images 96 × 96. */
const miniDomainNetLayout = listedDomains('mini-domainnet', {
  folders: ['splits_mini'],
  base: '.',
  training: ['_train.txt'],
  evaluation: ['_test.txt'],
})

/** `folder` reads every root of folders; the others are recognised by what is particular to them. */
export const layouts = [
  anyDomains,
  officeHomeLayout,
  office31Layout,
  vlcsLayout,
  pacsLayout,
  visda2017Layout,
  domainNetLayout,
  miniDomainNetLayout,
] as const

/** How the files of a data set are laid out; `readDataSet` says how each one is read. */
export type LayoutName = (typeof layouts)[number]['name']

export const layoutNames: readonly LayoutName[] = layouts.map(({ name }) => name)

export const layoutName = literals(layoutNames)
