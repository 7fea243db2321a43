/** `tensile/data`: data sets of labelled images in domains, and reading their images. */
export { findBadImages } from './check-images.js'
export { domainImages, layoutName, layoutNames, restrictTo } from './data-set.js'
export type { DataSet, ImageDomain, LabelledImage, LayoutName, Purpose } from './data-set.js'
export { inDecodedChunks } from './decoded-chunks.js'
export type { DecodedWalk } from './decoded-chunks.js'
export { detectLayout, readDataSet } from './read-data-set.js'
export type { DataSetOptions } from './read-data-set.js'
