/** Published accuracies on VisDA-2017 from renderings to photos, 12 classes. */
import type { PublishedTable } from './published-table.js'
import { averageRow, daplLog, daplReadme, rowsOver } from './published-table.js'

const columns = [
  'aeroplane',
  'bicycle',
  'bus',
  'car',
  'horse',
  'knife',
  'motorcycle',
  'person',
  'plant',
  'skateboard',
  'train',
  'truck',
]

/**
 * The table of DAPL's README, which prints means over classes, and the log of the weights that come with its code, by
 * class. Neither has rows of AD-CLIP.
 */
export const publishedVisda2017: PublishedTable = {
  layout: 'visda-2017',
  classCount: 12,
  columns,
  rows: [
    averageRow(daplReadme, 'CLIP zero-shot', 'RN101', 84.4),
    averageRow(daplReadme, 'CLIP fine-tuned', 'RN101', 74.5),
    averageRow(daplReadme, 'DAPL', 'RN101', 86.9),
    rowsOver(columns)(
      daplLog,
      'DAPL',
      'RN101',
      [98.27, 84.69, 90.79, 75.5, 97.38, 91.42, 95.19, 77.53, 86.5, 88.91, 92.89, 62.69, 86.81],
    ),
    averageRow(daplReadme, 'CLIP zero-shot', 'ViT-B/16', 88.7),
    averageRow(daplReadme, 'CLIP fine-tuned', 'ViT-B/16', 80.5),
    averageRow(daplReadme, 'DAPL', 'ViT-B/16', 89.8),
  ],
}
