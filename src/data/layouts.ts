/** The layouts that are known: a new one is a line in this list. */
import { literals } from '../dsl/documents/literals.js'
import { folderLayout } from './folder-layout.js'
import { miniDomainNetLayout } from './mini-domainnet.js'
import { officeHomeLayout } from './office-home.js'
import { visda2017Layout } from './visda-2017.js'

/** General ones first: a root is read by the last layout that recognises it. */
export const layouts = [folderLayout, officeHomeLayout, visda2017Layout, miniDomainNetLayout] as const

/** How the files of a data set are laid out; `readDataSet` says how each one is read. */
export type LayoutName = (typeof layouts)[number]['name']

export const layoutNames: readonly LayoutName[] = layouts.map(({ name }) => name)

export const layoutName = literals(layoutNames)
