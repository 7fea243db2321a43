/** Hashes of files: of their bytes, and as git names what it keeps. */
import type { Hash } from 'node:crypto'
import { createHash } from 'node:crypto'
import type { FileHash } from '../instruction.js'
import { gitHeader } from './git-header.js'

/** A hash that waits for the bytes of a file of this size. */
export const startHash = (kind: FileHash['kind'], size: number): Hash =>
  kind === 'sha256' ? createHash('sha256') : createHash('sha1').update(gitHeader(size))
