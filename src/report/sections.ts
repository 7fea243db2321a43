/** The sections of a report, in their order. A new section is a file in `sections/` and a line here. */
import type { Child } from './markup.js'
import type { RunReport } from './run-report.js'
import { classesSection } from './sections/classes.js'
import { detailsSection } from './sections/details.js'
import { featureMapsSection } from './sections/feature-maps.js'
import { gallerySection } from './sections/gallery.js'
import { learningCurvesSection } from './sections/learning-curves.js'
import { summarySection } from './sections/summary.js'

/** Part of a page, from all that is known of a run; `undefined` where it has nothing to show. */
export type Section = (report: RunReport) => Child

export const sections: readonly Section[] = [
  summarySection,
  classesSection,
  learningCurvesSection,
  featureMapsSection,
  gallerySection,
  detailsSection,
]
