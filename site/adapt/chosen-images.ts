/** Image files from a folder that the user has chosen or dropped. */
import type { ChosenImage } from './request.js'

const isImage = (name: string): boolean => !name.startsWith('.') && /\.(png|jpe?g|webp)$/i.test(name)

/** An image by its path below what was chosen: `folder/class/image.png` lies in `class`, `folder/image.png` in none. */
const imageAt = (path: string, file: File): readonly ChosenImage[] => {
  const parts = path.split('/')
  const folder = parts.length > 2 ? (parts.at(-2) ?? '') : ''
  return isImage(file.name) && !folder.startsWith('.') ? [{ folder, name: file.name, file }] : []
}

/** The images of an input that takes a folder. */
export const imagesOfInput = ({ files }: HTMLInputElement): readonly ChosenImage[] =>
  [...(files ?? [])].flatMap((file) => imageAt(file.webkitRelativePath, file))

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject))

/** All entries of a folder: a reader gives them in parts. */
const entriesOf = async (folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> => {
  const reader = folder.createReader()
  const part = (): Promise<readonly FileSystemEntry[]> =>
    new Promise((resolve, reject) => reader.readEntries(resolve, reject))
  const all: FileSystemEntry[] = []
  for (let read = await part(); read.length > 0; read = await part()) all.push(...read)
  return all
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile

const imagesBelow = async (entry: FileSystemEntry): Promise<readonly ChosenImage[]> => {
  if (isFile(entry)) return imageAt(entry.fullPath.replace(/^\//, ''), await fileOf(entry))
  if (!isFolder(entry)) return []
  return (await Promise.all((await entriesOf(entry)).map(imagesBelow))).flat()
}

/** The images of folders that were dropped. What was dropped must be asked for before anything is awaited. */
export const imagesOfDrop = async ({ items }: DataTransfer): Promise<readonly ChosenImage[]> => {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  return (await Promise.all(entries.map(imagesBelow))).flat()
}
