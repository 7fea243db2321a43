/** Writes a small CLIP and a small data set of two domains into a folder, for scripts that run studies. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { drawnClip } from '../test/cli/drawn-clip.js'
import { drawnData } from '../test/support/drawn-data.js'

const [folder, images = '4'] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: small-study.js <folder> [images of each class]')

const write = async (path: string, bytes: Uint8Array): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), bytes)
}

await write('clip.safetensors', await drawnClip())
for (const [path, bytes] of Object.entries(await drawnData(Number(images))))
  await write(join('data', path), bytes)
