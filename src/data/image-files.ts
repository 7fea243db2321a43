/** Which files of a folder are images, by the ends of their names. */
import type { FolderEntry } from '../effects/instruction.js'

/** Ends of the names of images that are read, in lower case. */
export const imageSuffixes = ['jpg', 'jpeg', 'png', 'webp', 'tif', 'tiff'] as const

const imageName = new RegExp(`\\.(${imageSuffixes.join('|')})$`, 'i')

/** Hidden files and folders are not looked at: those of version control, of thumbnails, of resource forks. */
export const isHidden = ({ name }: FolderEntry): boolean => name.startsWith('.')

/** Whether an entry is an image that can be read. */
export const isImage = (entry: FolderEntry): boolean =>
  entry.kind === 'file' && !isHidden(entry) && imageName.test(entry.name)

/** Whether an entry is a folder that is looked at. */
export const isVisibleFolder = (entry: FolderEntry): boolean => entry.kind === 'folder' && !isHidden(entry)
