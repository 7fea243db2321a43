/** Maps of the images before and after, as the classifier compares them; nothing where there are too few images. */
import { featureMap, mostColours } from '../charts/feature-map.js'
import type { RunReport } from '../run-report.js'
import type { Part } from './blocks.js'
import { card, gridOf, legend, section } from './blocks.js'

export const featureMapsSection = ({ projection, classes, source, target }: RunReport): Part => {
  if (projection === undefined) return undefined
  const colours =
    classes.length <= mostColours ? classes.map((name, i) => [`class-${i}`, 'disc', name] as const) : []
  const roles =
    classes.length <= mostColours
      ? ({
          source: ['class-source', 'ring', `rings: ${source}`],
          target: ['class-source', 'disc', `discs: ${target}`],
        } as const)
      : ({
          source: ['class-source', 'ring', source],
          target: ['class-target', 'disc', target],
        } as const)
  const placed = new Set(projection.before.map(({ role }) => role))
  return section(
    'Images in two dimensions',
    'Where images lie for the classifier: how like each class’s prompt an image is, brought to two dimensions by ' +
      'UMAP, both states in one plane. CLIP’s image features are frozen; what adapts is what they are compared with.',
    legend([...colours, ...[...placed].map((role) => roles[role])]),
    gridOf(320, [
      card('Before', featureMap(projection, 'before', classes)),
      card('After', featureMap(projection, 'after', classes)),
    ]),
  )
}
