/** Published accuracies on mini-DomainNet, 126 classes. */
import type { PublishedTable } from './published-table.js'
import { daplReadme, pairKeys, rowsOver } from './published-table.js'

const columns = pairKeys(['clipart', 'painting', 'real', 'sketch'])
const row = rowsOver(columns)

/** The table of DAPL's README. It has no rows of AD-CLIP. */
export const publishedMiniDomainNet: PublishedTable = {
  layout: 'mini-domainnet',
  classCount: 126,
  columns,
  // prettier-ignore
  rows: [
    row(daplReadme, 'CLIP zero-shot', 'RN50', [67.9, 84.8, 62.9, 69.1, 84.8, 62.9, 69.2, 67.9, 62.9, 69.1, 67.9, 84.8, 71.2]),
    row(daplReadme, 'CLIP fine-tuned', 'RN50', [58.9, 73.5, 52.5, 60.2, 79.5, 52.9, 62.9, 65.7, 55.7, 61.9, 51.8, 72.9, 62.4]),
    row(daplReadme, 'DAPL', 'RN50', [72.4, 87.6, 65.9, 72.7, 87.6, 65.6, 73.2, 72.4, 66.2, 73.8, 72.9, 87.8, 74.8]),
    row(daplReadme, 'CLIP zero-shot', 'ViT-B/16', [80.3, 90.5, 77.8, 82.7, 90.5, 77.8, 82.7, 80.3, 77.8, 82.7, 80.3, 90.5, 82.8]),
    row(daplReadme, 'CLIP fine-tuned', 'ViT-B/16', [72.2, 84.3, 71.3, 79.5, 84.3, 67.5, 80.3, 76.5, 75.9, 80.2, 70.0, 83.7, 77.1]),
    row(daplReadme, 'DAPL', 'ViT-B/16', [83.3, 92.4, 81.1, 86.4, 92.1, 81.0, 86.7, 83.3, 80.8, 86.8, 83.5, 91.9, 85.8]),
  ],
}
