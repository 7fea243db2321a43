/** Disks that are soon full. */
import { spawnSync } from 'node:child_process'

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

export const unmountDisk = (folder: string): void => {
  spawnSync('umount', [folder])
}
