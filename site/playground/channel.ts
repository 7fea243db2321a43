/** Questions from a page to its worker, and their answers. Both ends are built together, so messages are not decoded. */

/** Asks a worker. The promise is rejected if the answer fails, or if the worker breaks or is ended. */
export type Ask<
  Question extends { readonly tag: string },
  Answers extends Record<Question['tag'], unknown>,
> = <K extends Question['tag']>(question: Extract<Question, { readonly tag: K }>) => Promise<Answers[K]>

/** A worker that answers. */
export interface Answering<
  Question extends { readonly tag: string },
  Answers extends Record<Question['tag'], unknown>,
> {
  readonly ask: Ask<Question, Answers>
  /** Ends the worker, whatever it does; questions without an answer fail. */
  readonly end: () => void
}

/** In a page: starts a worker. */
export const answeringAt = <
  Question extends { readonly tag: string },
  Answers extends Record<Question['tag'], unknown>,
>(
  address: string,
): Answering<Question, Answers> => {
  const worker = new Worker(address, { type: 'module' })
  const ending = new AbortController()
  let last = 0
  const ask: Ask<Question, Answers> = (question) =>
    new Promise((resolve, reject) => {
      last += 1
      const number = last
      const answered = new AbortController()
      const signal = AbortSignal.any([answered.signal, ending.signal])
      ending.signal.addEventListener('abort', () => reject(new Error('the worker was ended')), {
        signal: answered.signal,
      })
      worker.addEventListener(
        'message',
        ({ data }: MessageEvent) => {
          if (data.number !== number) return
          answered.abort()
          if (typeof data.failure === 'string') reject(new Error(data.failure))
          else resolve(data.answer)
        },
        { signal },
      )
      worker.addEventListener(
        'error',
        ({ message }) => {
          answered.abort()
          reject(new Error(`the worker broke: ${message}`))
        },
        { signal },
      )
      worker.postMessage({ number, question }, [])
    })
  const end = (): void => {
    worker.terminate()
    ending.abort()
  }
  return { ask, end }
}

/** In a worker: answers each question. */
export const answerQuestions = <Question>(answerTo: (question: Question) => Promise<unknown>): void => {
  const reply = (message: object): void => self.postMessage(message, { transfer: [] })
  self.addEventListener('message', ({ data }: MessageEvent) => {
    answerTo(data.question).then(
      (answer) => reply({ number: data.number, answer }),
      (cause: unknown) =>
        reply({ number: data.number, failure: cause instanceof Error ? cause.message : String(cause) }),
    )
  })
}
