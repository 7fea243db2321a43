/** The sections of a report, in their order. A new section is a file in `sections/` and a line here. */
import type { RunReport } from './run-report.js'
import type { Part } from './sections/blocks.js'
import { classesSection } from './sections/classes.js'
import { confusionsSection } from './sections/confusions.js'
import { detailsSection } from './sections/details.js'
import { featureMapsSection } from './sections/feature-maps.js'
import { gallerySection } from './sections/gallery.js'
import { learningCurvesSection } from './sections/learning-curves.js'
import { openSetSection } from './sections/open-set.js'
import { summarySection } from './sections/summary.js'

/** Part of a page, from all that is known of a run; `undefined` where it has nothing to show. */
export type Section = (report: RunReport) => Part

export const sections: readonly Section[] = [
  summarySection,
  openSetSection,
  classesSection,
  confusionsSection,
  learningCurvesSection,
  featureMapsSection,
  gallerySection,
  detailsSection,
]
