/** Disks that are soon full, and folders that cannot be written. */
import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'

const mounted = (folder: string, kibibytes: number, options: readonly string[]): boolean =>
  spawnSync('mount', [
    ...['-t', 'tmpfs', '-o', [...options, `size=${kibibytes}k`].join(',')],
    ...['tmpfs', folder],
  ]).status === 0

/** Mounts a disk in memory at a folder. False where this user may not do that. */
export const mountDisk = (folder: string, kibibytes: number): boolean => mounted(folder, kibibytes, [])

/** Gives such a disk another size. */
export const resizeDisk = (folder: string, kibibytes: number): boolean =>
  mounted(folder, kibibytes, ['remount'])

/**
 * Makes an empty folder one in which nothing can be written. False where this user may write everywhere and may not mount disks.
 * Such a folder is to be given to `unmountDisk` in the end.
 */
export const makeReadOnly = (folder: string): boolean => {
  if (process.getuid?.() === 0) return mounted(folder, 4, ['ro'])
  chmodSync(folder, 0o555)
  return process.platform !== 'win32'
}

export const unmountDisk = (folder: string): void => {
  spawnSync('umount', [folder])
}
