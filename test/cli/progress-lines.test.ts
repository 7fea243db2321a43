import { describe, expect, it } from 'vitest'
import { lineInterval, progressLines } from '../../src/cli/progress-lines.js'

describe('progress in a log', () => {
  it('is one line for each interval, also if it is reported more often', () => {
    const lines: string[] = []
    const clock = { time: 0 }
    const report = progressLines(
      (line) => void lines.push(line),
      () => clock.time,
    )
    for (let done = 1; done <= 25; done += 1) {
      clock.time += lineInterval / 10
      report({ label: 'photo → sketch', done, total: 25, fields: { loss: '0.5000' } })
    }
    expect(lines).toEqual(['photo → sketch: 10 of 25  loss 0.5000', 'photo → sketch: 20 of 25  loss 0.5000'])
  })
})
