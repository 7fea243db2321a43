/** The package `sharp`: a native library, which is loaded with the first image. */
import type { SharpConstructor } from 'sharp'

/** The decoder of images. Fails with the advice of the package where its library is not there for this machine. */
export const loadSharp = async (): Promise<SharpConstructor> => (await import('sharp')).default
