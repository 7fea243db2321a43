/**
 * The OpenAPI schemas of the Kubernetes API, by the package `kubernetes-models`. Its declarations do not compile under the strict
 * options of this repository, so it is loaded without them.
 */
import { createRequire } from 'node:module'
import * as t from 'io-ts'
import { expectRight } from '../expect-either.js'

const loaded: unknown = createRequire(import.meta.url)('kubernetes-models/batch/v1/Job')
const { Job } = expectRight(t.type({ Job: t.Function }).decode(loaded))

/** Throws where a manifest is no valid Job of `batch/v1`, saying which fields are not. */
export const validateJob = (manifest: object): void => {
  const job: unknown = Reflect.construct(Job, [manifest])
  const { validate } = expectRight(t.type({ validate: t.Function }).decode(job))
  Reflect.apply(validate, job, [])
}
