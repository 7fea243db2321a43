/** Published accuracies on Office-Home, 65 classes. */
import type { PublishedTable } from './published-table.js'
import { adClipPaper, averageRow, daplReadme, pairKeys, rowsOver } from './published-table.js'

const columns = pairKeys(['art', 'clipart', 'product', 'real_world'])
const row = rowsOver(columns)

/** The table of AD-CLIP's paper, with the rows of DAPL's README that differ from it or are not in it. */
export const publishedOfficeHome: PublishedTable = {
  layout: 'office-home',
  classCount: 65,
  columns,
  // prettier-ignore
  rows: [
    averageRow(adClipPaper, 'ResNet-50 (no CLIP)', 'RN50', 46.1),
    averageRow(adClipPaper, 'DANN (no CLIP)', 'RN50', 57.6),
    averageRow(adClipPaper, 'GSDA (no CLIP)', 'RN50', 70.3),
    averageRow(adClipPaper, 'GVB-GD (no CLIP)', 'RN50', 70.4),
    averageRow(adClipPaper, 'SPL (no CLIP)', 'RN50', 71.0),
    averageRow(adClipPaper, 'SRDC (no CLIP)', 'RN50', 71.3),
    row(adClipPaper, 'CLIP zero-shot', 'RN50', [51.6, 81.9, 82.6, 71.9, 81.9, 82.6, 71.9, 51.6, 82.6, 71.9, 51.6, 81.9, 72.0]),
    row(daplReadme, 'CLIP fine-tuned', 'RN50', [44.9, 67.4, 74.5, 61.4, 69.1, 70.4, 61.0, 45.4, 77.6, 70.5, 49.0, 81.4, 64.4]),
    row(adClipPaper, 'DAPL', 'RN50', [54.1, 84.3, 84.8, 74.4, 83.7, 85.0, 74.5, 54.6, 84.8, 75.2, 54.7, 83.8, 74.5]),
    row(adClipPaper, 'AD-CLIP', 'RN50', [55.4, 85.2, 85.6, 76.1, 85.8, 86.2, 76.7, 56.1, 85.4, 76.8, 56.1, 85.5, 75.9], 0.1),
    averageRow(adClipPaper, 'CDTrans (no CLIP)', 'ViT-B/16', 80.5),
    averageRow(adClipPaper, 'TVT (no CLIP)', 'ViT-B/16', 83.6),
    averageRow(adClipPaper, 'SSRT (no CLIP)', 'ViT-B/16', 85.4),
    row(adClipPaper, 'CLIP zero-shot', 'ViT-B/16', [67.8, 89.0, 89.8, 82.9, 89.0, 89.8, 82.9, 67.8, 89.8, 82.9, 67.8, 89.0, 82.4]),
    row(daplReadme, 'CLIP fine-tuned', 'ViT-B/16', [64.3, 79.4, 84.4, 77.6, 83.9, 83.8, 73.5, 66.8, 86.3, 79.0, 67.0, 88.7, 77.9]),
    row(adClipPaper, 'DAPL', 'ViT-B/16', [70.6, 90.2, 91.0, 84.9, 89.2, 90.9, 84.8, 70.5, 90.6, 84.8, 70.1, 90.8, 84.0]),
    row(daplReadme, 'DAPL', 'ViT-B/16', [70.7, 91.0, 90.9, 85.2, 91.0, 91.0, 85.1, 70.7, 90.9, 85.3, 70.4, 91.4, 84.4]),
    row(adClipPaper, 'AD-CLIP', 'ViT-B/16', [70.9, 92.5, 92.1, 85.4, 92.4, 92.5, 86.7, 74.3, 93.0, 86.9, 72.6, 93.8, 86.1], 0.2),
    row(adClipPaper, 'CLIP zero-shot', 'ViT-L/14', [74.2, 93.1, 93.3, 87.3, 93.1, 93.3, 87.3, 74.2, 93.3, 87.3, 74.2, 93.1, 87.0]),
    row(adClipPaper, 'DAPL', 'ViT-L/14', [77.3, 94.6, 94.3, 88.6, 94.6, 94.0, 88.8, 76.8, 94.0, 89.0, 77.8, 94.4, 88.7]),
    row(adClipPaper, 'AD-CLIP', 'ViT-L/14', [80.3, 95.4, 95.7, 90.9, 95.5, 95.2, 90.1, 79.6, 95.1, 90.8, 81.1, 95.9, 90.5], 0.2),
  ],
}
