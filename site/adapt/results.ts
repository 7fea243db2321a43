/** What an adaptation has reached: accuracies, the report with the images before and after, files to save. */
import { make } from '../playground/editor/elements.js'
import type { Adapted } from './request.js'

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** A link that saves a file. */
const saving = (name: string, type: string, content: string | Uint8Array<ArrayBuffer>): HTMLElement => {
  const blob = new Blob([content], { type })
  const size = `${(blob.size / 1e6).toFixed(1)} MB`
  return make('a', { href: URL.createObjectURL(blob), download: name }, `Save ${name} (${size})`)
}

/** The report in a frame as high as it is. It holds no script. */
const framed = (report: string): HTMLElement => {
  const frame = make('iframe', { title: 'Report', sandbox: 'allow-same-origin', srcdoc: report })
  frame.addEventListener('load', () => {
    const height = frame.contentDocument?.documentElement.scrollHeight
    if (height !== undefined) frame.style.height = `${height}px`
  })
  return frame
}

/** One sentence for the figures. */
export const inWords = ({ accuracies }: Extract<Adapted, { tag: 'Adapted' }>): string =>
  accuracies === undefined
    ? 'Adapted. The images have no labels, so there is no accuracy.'
    : `Adapted. Of the images to adapt to, ${percent(accuracies.before)} were named rightly before, and ${percent(accuracies.after)} are now.`

export const resultsOf = (adapted: Extract<Adapted, { tag: 'Adapted' }>): readonly HTMLElement[] => [
  make('h2', {}, 'Result'),
  make(
    'p',
    { class: 'adapt-files' },
    saving('classifier.onnx', 'application/octet-stream', adapted.classifier.slice()),
    saving('report.html', 'text/html', adapted.report),
  ),
  framed(adapted.report),
]
