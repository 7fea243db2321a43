/** A field for a folder of images: chosen by a button, or dropped. */
import { make } from '../playground/editor/elements.js'
import { imagesOfDrop, imagesOfInput } from './chosen-images.js'
import type { ChosenImage } from './request.js'

/** A field, and the images that it holds now. */
export interface FolderField {
  readonly element: HTMLElement
  readonly images: () => readonly ChosenImage[]
}

const countOf = (images: readonly ChosenImage[]): string => {
  const folders = new Set(images.map(({ folder }) => folder).filter((name) => name !== ''))
  if (images.length === 0) return 'No folder yet.'
  return folders.size === 0
    ? `${images.length} images.`
    : `${images.length} images in ${folders.size} folders: ${[...folders].toSorted().join(', ')}.`
}

/** A field with a name and a sentence that says what belongs into it. */
export const folderField = (id: string, name: string, note: string): FolderField => {
  let images: readonly ChosenImage[] = []
  const input = make('input', {
    ...{ type: 'file', id, multiple: '', webkitdirectory: '' },
    'aria-describedby': `${id}-note ${id}-count`,
  })
  const count = make('p', { id: `${id}-count`, role: 'status' }, countOf([]))
  const hold = (held: readonly ChosenImage[]): void => {
    images = held
    count.textContent = countOf(held)
  }
  const element = make(
    'div',
    { class: 'adapt-folder' },
    make('label', { for: id }, name),
    make('p', { id: `${id}-note`, class: 'adapt-note' }, note),
    input,
    count,
  )
  input.addEventListener('change', () => hold(imagesOfInput(input)))
  element.addEventListener('dragover', (event) => {
    event.preventDefault()
    element.dataset['over'] = ''
  })
  element.addEventListener('dragleave', () => delete element.dataset['over'])
  element.addEventListener('drop', (event) => {
    event.preventDefault()
    delete element.dataset['over']
    if (event.dataTransfer === null) return
    imagesOfDrop(event.dataTransfer).then(hold, (cause: unknown) => {
      count.textContent = `This cannot be read: ${String(cause)}`
    })
  })
  return { element, images: () => images }
}
