/** A thread that decodes images: the same as in the main thread, on jobs that are sent to it, one after the other. */
import { parentPort } from 'node:worker_threads'
import * as E from 'fp-ts/lib/Either.js'
import type { Failure } from '../../failure.js'
import type { DecodedImages, Payload } from '../../instruction.js'
import { nodeFiles } from '../node-files.js'
import { decodeImageFiles } from './decode.js'
import { decodeRgb } from './decode-rgb.js'

/** What a worker is sent; it answers each job, in their order. */
export type DecodingJob = Payload<'decodeImages'>
export type DecodingAnswer = E.Either<Failure, DecodedImages>

const decode = decodeImageFiles(nodeFiles.readFile, decodeRgb)

let last = Promise.resolve()
parentPort?.on('message', (job: DecodingJob) => {
  last = last.then(async () => {
    const answer: DecodingAnswer = await decode(job)()
    // The pixels are handed over, not copied.
    const buffer = E.isRight(answer) ? answer.right.images.data.buffer : undefined
    parentPort?.postMessage(answer, buffer instanceof ArrayBuffer ? [buffer] : [])
  })
})
