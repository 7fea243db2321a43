/** `tensile/data`: data sets of labelled images in domains, and reading their images. */
export { domainImages, layoutNames, restrictTo } from './data-set.js'
export type { DataSet, ImageDomain, LabelledImage, LayoutName, Purpose } from './data-set.js'
export { inDecodedChunks } from './decoded-chunks.js'
export type { DecodedWalk } from './decoded-chunks.js'
export { readDataSet } from './read-data-set.js'
export type { DataSetOptions } from './read-data-set.js'
