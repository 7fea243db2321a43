/** The memory that another process holds. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'

const pageSize = 4096

const bySystem = (pid: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, stdout) => {
      const kilobytes = Number(stdout.trim())
      resolve(error === null && kilobytes > 0 ? kilobytes * 1024 : undefined)
    })
  })

/** Bytes of main memory that a process holds; undefined once it is gone, and where the system does not say. */
export const residentBytes = (pid: number): Promise<number | undefined> =>
  process.platform === 'linux'
    ? readFile(`/proc/${pid}/statm`, 'utf8').then(
        (text) => Number(text.split(' ')[1]) * pageSize,
        () => undefined,
      )
    : bySystem(pid)
