/** What `make.py` made once, kept in the repository: large files compressed. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { format } from 'prettier'
import { inPackage } from '../../../bench/peer-command.js'

export const storedFolder = inPackage('test', 'formats', 'peers', 'stored')

const compressed = '.gz'

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))

/** Unpacks the stored files into a folder. */
export const unpackStored = (folder: string): void => {
  cpSync(storedFolder, folder, { recursive: true })
  for (const file of filesIn(folder).filter((name) => name.endsWith(compressed))) {
    const path = join(folder, file)
    writeFileSync(path.slice(0, -compressed.length), gunzipSync(readFileSync(path)))
    rmSync(path)
  }
}

/** Stores a folder that `make.py` wrote, in place of what was stored before. */
export const store = async (folder: string): Promise<void> => {
  rmSync(storedFolder, { recursive: true, force: true })
  for (const file of filesIn(folder)) {
    const [bytes, path] = [readFileSync(join(folder, file)), join(storedFolder, file)]
    mkdirSync(dirname(path), { recursive: true })
    if (file.endsWith('.safetensors') || file === 'texts.json')
      writeFileSync(`${path}${compressed}`, gzipSync(bytes, { level: 9 }))
    else if (file.endsWith('.json'))
      writeFileSync(path, await format(bytes.toString(), { parser: 'json', printWidth: 110 }))
    else writeFileSync(path, bytes)
  }
}
