import type { Io } from '../io.ts'

/** Milliseconds between two states of the line on a terminal, and between two lines elsewhere. */
const PAUSE = 100
const LONG_PAUSE = 10_000

/** Tells how far work is: on a terminal by one line that is written over, elsewhere by a line now and then. */
export class ProgressLine {
  readonly #io: Io
  readonly #what: string
  readonly #total: number
  readonly #start = performance.now()
  #shownAt: number
  #done = 0
  #isShown = false

  constructor(io: Io, what: string, total: number) {
    this.#io = io
    this.#what = what
    this.#total = total
    this.#shownAt = this.#start
  }

  /** One more is done. */
  step(): void {
    this.#done++
    const now = performance.now()
    const isTerminal = this.#io.isErrTerminal === true
    if (now - this.#shownAt < (isTerminal ? PAUSE : LONG_PAUSE)) return
    this.#shownAt = now
    const seconds = (now - this.#start) / 1000
    const rate = this.#done / seconds
    const left = Math.ceil((this.#total - this.#done) / rate)
    const text = `${this.#what}: ${this.#done} of ${this.#total}, ${rate.toFixed(1)} a second, ${left} s left`
    this.#isShown = true
    this.#io.err(isTerminal ? `\r\x1b[K${text}` : `${text}\n`)
  }

  clear(): void {
    if (this.#io.isErrTerminal === true && this.#isShown) this.#io.err('\r\x1b[K')
  }
}
