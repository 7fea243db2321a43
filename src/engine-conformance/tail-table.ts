/** Relative errors of several engines as a table in Markdown. */
import type { TailError, TailErrors } from './tails.js'

const shown = ({ relative }: TailError): string =>
  relative === 0 ? '0' : relative === Infinity ? 'not finite' : relative.toExponential(1)

/**
 * A table of functions and engines in Markdown: in each cell the largest relative error of the value and of the gradient,
 * beyond the absolute error that is allowed.
 *
 * @example
 * const measured = await TE.sequenceArray(tails.map((tail) => tailErrors(onnxEngine(), tail)))()
 * if (E.isRight(measured)) console.log(tailErrorsAsMarkdown({ onnx: measured.right }))
 */
export const tailErrorsAsMarkdown = (byEngine: Readonly<Record<string, readonly TailErrors[]>>): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const engines = Object.entries(byEngine)
  const [first] = engines
  const rows = (first?.[1] ?? []).map(({ subject, absolute }, i) =>
    line([
      subject,
      absolute.map(String).join(', '),
      ...engines.map(([, errors]) => {
        const measured = errors[i]
        return measured === undefined ? '-' : `${shown(measured.value)}, ${shown(measured.gradient)}`
      }),
    ]),
  )
  return [
    line(['value, gradient', 'allowed', ...engines.map(([name]) => name)]),
    line(['---', ':-:', ...engines.map(() => ':-:')]),
    ...rows,
  ].join('\n')
}
