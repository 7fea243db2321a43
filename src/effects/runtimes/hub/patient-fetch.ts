/** `fetch` for a network that is slow, busy or gone for a while, and for a user who wants to stop. */
import { setTimeout as wait } from 'node:timers/promises'
import { codeOf } from '../system-error.js'

/** The fetch of the platform, as far as it is used. */
export type Fetch = (address: string | URL | Request, options?: RequestInit) => Promise<Response>

export interface Patience {
  /** How often a request is sent in all. */
  readonly attempts: number
  /** Milliseconds before the second attempt; each later wait is twice as long. */
  readonly firstWait: number
  /** The longest wait in milliseconds that a hub may ask for. */
  readonly longestWait: number
  /** Milliseconds without a byte after which a request is given up. */
  readonly silence: number
}

/** Answers of a hub that has too much to do, or is being restarted. */
const isBusy = (status: number): boolean => [408, 429, 500, 502, 503, 504].includes(status)

/** Connections that broke; one that was refused, or a name that is not known, stays so. */
const brokeOff = (error: unknown): boolean =>
  error instanceof Error &&
  (['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'UND_ERR_SOCKET'].includes(codeOf(error)) ||
    (error.cause !== undefined && brokeOff(error.cause)))

/** How long an answer asks to wait, in milliseconds: `Retry-After` in seconds or as a date; undefined if it does not. */
const askedToWait = (response: Response, now: number): number | undefined => {
  const header = response.headers.get('retry-after')
  if (header === null) return undefined
  const wanted = /^\d+$/.test(header) ? 1000 * Number(header) : Date.parse(header) - now
  return Number.isFinite(wanted) ? Math.max(wanted, 0) : undefined
}

/** An abort that comes after some milliseconds without a sign of life. */
const silenceLimit = (milliseconds: number) => {
  const controller = new AbortController()
  const give = (): void =>
    controller.abort(new Error(`no byte arrived for ${Math.round(milliseconds / 1000)} seconds`))
  // A timer that is left, because nobody read the answer to its end, keeps no process from ending.
  const start = (): NodeJS.Timeout => setTimeout(give, milliseconds).unref()
  let timer = start()
  return {
    signal: controller.signal,
    signOfLife: (): void => {
      clearTimeout(timer)
      timer = start()
    },
    end: (): void => clearTimeout(timer),
  }
}

/** An answer whose body is watched: each of its chunks is a sign of life. */
const watched = (response: Response, limit: ReturnType<typeof silenceLimit>): Response => {
  if (response.body === null) {
    limit.end()
    return response
  }
  const watching = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      limit.signOfLife()
      controller.enqueue(chunk)
    },
    flush: () => limit.end(),
  })
  const { status, statusText, headers } = response
  return new Response(response.body.pipeThrough(watching), { status, statusText, headers })
}

/**
 * A fetch that asks again where a hub is busy (waiting as long as it asks for) or a connection broke before the answer,
 * gives up where no byte arrives, and ends at once when `stop` is aborted.
 */
export const patientFetch =
  (stop: AbortSignal, { attempts, firstWait, longestWait, silence }: Patience): Fetch =>
  async (address, options = {}) => {
    for (let attempt = 1; ; attempt += 1) {
      const pause = firstWait * 2 ** (attempt - 1)
      const limit = silenceLimit(silence)
      try {
        const response = await fetch(address, { ...options, signal: AbortSignal.any([stop, limit.signal]) })
        if (!isBusy(response.status) || attempt === attempts) return watched(response, limit)
        limit.end()
        await response.body?.cancel()
        await wait(Math.min(askedToWait(response, Date.now()) ?? pause, longestWait), undefined, {
          signal: stop,
        })
      } catch (error) {
        limit.end()
        if (stop.aborted || attempt === attempts || !brokeOff(error)) throw error
        await wait(pause, undefined, { signal: stop })
      }
    }
  }

/** An answer that is longer than any that a hub has reason to give. */
export class TooLong extends Error {}

/** A fetch for answers that are read as a whole: it refuses more than some bytes in all, over all of its requests. */
export const limitedFetch = (fetchOne: Fetch, mostRequests: number, mostBytes: number): Fetch => {
  let requests = 0
  let bytes = 0
  return async (address, options) => {
    requests += 1
    if (requests > mostRequests) throw new TooLong(`its list of files has more than ${mostRequests} pages`)
    const response = await fetchOne(address, options)
    if (response.body === null) return response
    const counting = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.length
        if (bytes > mostBytes)
          controller.error(new TooLong(`its list of files has more than ${mostBytes} bytes`))
        else controller.enqueue(chunk)
      },
    })
    const { status, statusText, headers } = response
    return new Response(response.body.pipeThrough(counting), { status, statusText, headers })
  }
}
