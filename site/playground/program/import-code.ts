import type { Exports } from './exported.js'

/** Runs JavaScript as a module, and gives its exports. */
export const importCode = async (code: string): Promise<Exports> => {
  const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  try {
    const exports: Exports = await import(address)
    return exports
  } finally {
    URL.revokeObjectURL(address)
  }
}
