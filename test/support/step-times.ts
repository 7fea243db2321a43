/** The time of each step in `metrics.jsonl`: all that differs between equal runs. */

/** Text of metrics without the times of steps. */
export const withoutTimes = (text: string): string => text.replaceAll(/,"time":[\d.]+/g, '')

/** Bytes of any file, without the times of steps if it holds metrics. */
export const bytesWithoutTimes = (bytes: Uint8Array): Buffer =>
  Buffer.from(withoutTimes(Buffer.from(bytes).toString('latin1')), 'latin1')
