/** Where the package has the CLIP of the demo. In Node only: a page fetches the file from its own server. */
import { fileURLToPath } from 'node:url'
import { packedClipPath } from './clip-recipe.js'

export const packagedClip: string = packedClipPath(fileURLToPath(new URL('../../assets', import.meta.url)))
