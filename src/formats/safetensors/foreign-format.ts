/** Other formats that are mistaken for safetensors, recognised by their first bytes. */
import type { FileUnsupported } from '../../effects/failure.js'

/** In place of each of them, a published checkpoint can be fetched from the hub. */
interface ForeignFormat {
  readonly begins: readonly string[]
  readonly found: string
  readonly advice: string
}

const saveAsSafetensors =
  "in Python: safetensors.torch.save_file(torch.load(path, map_location='cpu'), 'clip.safetensors'), with " +
  "torch.jit.load(path, 'cpu').state_dict() in the place of torch.load for a file of OpenAI's"

/** Beginnings as text of single bytes (Latin-1). */
const formats: readonly ForeignFormat[] = [
  {
    // A ZIP archive, as torch.save and torch.jit.save write; and the older form, a pickle of PyTorch's magic number.
    begins: ['PK\u{3}\u{4}', '\u{80}\u{2}\u{8a}\u{a}'],
    found: 'a PyTorch file (.pt, .pth, .bin), which can hold code as well as weights and is not read here',
    advice: saveAsSafetensors,
  },
  {
    begins: ['version '],
    found: 'a pointer of Git LFS: the file itself was not fetched',
    advice: 'fetch it: git lfs pull',
  },
  {
    begins: ['<!DOCTYPE', '<!doctype', '<html'],
    found: 'a web page: a download that went wrong',
    advice: 'fetch it again',
  },
  {
    begins: ['\u{89}HDF', 'GGUF'],
    found: 'a file of another format for weights (HDF5 or GGUF)',
    advice: 'get the weights as safetensors',
  },
]

/** The format of a file, if its first bytes show it. No safetensors file begins like this: its header would be too long. */
export const foreignFormat = (path: string, prefix: Uint8Array): FileUnsupported | undefined => {
  const beginning = String.fromCharCode(...prefix)
  const format = formats.find(({ begins }) =>
    begins.some((begin) => beginning.startsWith(begin.slice(0, prefix.length)) && prefix.length >= 4),
  )
  return format === undefined
    ? undefined
    : { tag: 'FileUnsupported', path, found: format.found, advice: format.advice, help: 'fetch' }
}
