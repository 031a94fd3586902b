import { setImmediate } from 'node:timers/promises'
import { type AnswerText, answerText } from '../../serve/answer-text.ts'
import { helloAnswer } from '../../serve/hello.ts'
import { parseJson } from '../../serve/json-text.ts'
import { idOf, type RequestDefaults, readRequest } from '../../serve/request.ts'
import { errorAnswer, RequestError } from '../../serve/request-error.ts'
import { Scorer } from '../../serve/scorer.ts'
import type { ScorerThreads } from '../../serve/threads/scorer-threads.ts'
import { TruthStore } from '../../serve/truth-store.ts'
import type { RequestLine } from './request-lines.ts'

/** Options of the command `stream`, already checked. */
export interface StreamOptions extends RequestDefaults {
  /** Threads that score; 1 is this one. */
  readonly jobs: number
}

/** Requests for each thread whose answers are not written: two to work on, two to go on with. */
const IN_FLIGHT = 4

/** Milliseconds of scoring after which signals get their turn. */
const TURN = 20

/** Answers lines in order, a bounded number at a time. */
export class AnswerStream {
  /** Answers that were made, and those of them that tell of an error. */
  answers = 0
  errors = 0
  /** Whether nobody reads the answers any more. */
  isLost = false
  /** Resolves when that is so. */
  readonly lost: Promise<undefined>
  readonly #options: StreamOptions
  readonly #threads: ScorerThreads | undefined
  readonly #scorer: Scorer
  readonly #truths: TruthStore
  readonly #send: (text: string) => Promise<boolean>
  readonly #window: number
  /** Answers that are not written yet, the next one first. */
  readonly #queue: (AnswerText | Promise<AnswerText>)[] = []
  #writing: Promise<void> | undefined
  #resume: (() => void) | undefined
  #turn = performance.now()
  #tellLost!: (value: undefined) => void

  /**
   * @param threads - score; without them it is done here
   * @param send - writes a text, and resolves when there is room for more, to false if nobody reads
   */
  constructor(
    options: StreamOptions,
    threads: ScorerThreads | undefined,
    send: (text: string) => Promise<boolean>,
  ) {
    this.#options = options
    this.#threads = threads
    this.#send = send
    this.#scorer = new Scorer(options.limits)
    this.#truths = new TruthStore(options.limits.truthBytes)
    this.#window = threads === undefined ? 1 : IN_FLIGHT * threads.size
    this.lost = new Promise((resolve) => {
      this.#tellLost = resolve
    })
  }

  /** Takes a line; resolves when there is room for another one. */
  async take(line: RequestLine): Promise<void> {
    this.#queue.push(this.#answer(line))
    this.#writing ??= this.#write()
    if (this.#queue.length >= this.#window) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve
      })
    }
    if (performance.now() - this.#turn < TURN) return
    await setImmediate()
    this.#turn = performance.now()
  }

  /** Resolves when all that was taken is answered. */
  async finish(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    for (; this.#queue.length > 0; this.#queue.shift()) {
      const { text, isError } = await this.#queue[0]
      this.answers++
      if (isError) this.errors++
      if (!this.isLost && !(await this.#send(`${text}\n`))) {
        this.isLost = true
        this.#tellLost(undefined)
      }
      if (this.#queue.length <= this.#window) this.#resume?.()
    }
    this.#writing = undefined
  }

  #answer({ number: line, text }: RequestLine): AnswerText | Promise<AnswerText> {
    let value: unknown
    try {
      if (text instanceof RequestError) throw text
      value = parseJson(text)
      const request = readRequest(value, this.#options, this.#truths)
      if (request.op === 'hello') {
        const answer = helloAnswer(request.id, this.#options, this.#options.jobs)
        return { text: JSON.stringify(answer), isError: false }
      }
      const work = { ...request, line }
      return this.#threads?.answer(work) ?? answerText(this.#scorer, work)
    } catch (error) {
      return { text: JSON.stringify(errorAnswer(idOf(value), error, line)), isError: true }
    }
  }
}
