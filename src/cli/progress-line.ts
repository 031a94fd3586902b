import type { Io } from './io.ts'

/** Milliseconds between two states of the line on a terminal, and between two lines elsewhere. */
const PAUSE = 100
const LONG_PAUSE = 10_000

/** The rate is taken over this many milliseconds, so that it follows images that get larger. */
const WINDOW = 30_000
/** States that it is computed from. */
const MOST_STATES = 300

/** Tells how far work is: on a terminal by one line that is written over, elsewhere by a line now and then. */
export class ProgressLine {
  readonly #io: Io
  readonly #what: string
  readonly #now: () => number
  /** When how much was done, from the beginning of the window on. */
  readonly #states: { at: number; done: number }[] = []
  #shownAt: number
  #isShown = false

  /** @param now - milliseconds since some time */
  constructor(io: Io, what: string, now: () => number = () => performance.now()) {
    this.#io = io
    this.#what = what
    this.#now = now
    this.#shownAt = now()
    this.#states.push({ at: this.#shownAt, done: 0 })
  }

  /** Says how many are done now. */
  show(done: number, total: number): void {
    const now = this.#now()
    this.#note(now, done)
    const isTerminal = this.#io.isErrTerminal === true
    if (now - this.#shownAt < (isTerminal ? PAUSE : LONG_PAUSE)) return
    this.#shownAt = now
    const [first] = this.#states
    const rate = (1000 * (done - first.done)) / (now - first.at)
    const left = rate > 0 ? `, ${inWords((total - done) / rate)} left` : ''
    const text = `${this.#what}: ${done} of ${total}, ${rate.toFixed(1)} a second${left}`
    this.#isShown = true
    this.#io.err(isTerminal ? `\r\x1b[K${text}` : `${text}\n`)
  }

  clear(): void {
    if (this.#io.isErrTerminal === true && this.#isShown) this.#io.err('\r\x1b[K')
    this.#isShown = false
  }

  #note(now: number, done: number): void {
    const states = this.#states
    const last = states[states.length - 1]
    // Pairs that were taken over took no time.
    if (last.done === 0 && states.length === 1 && done > 1)
      states[0] = { at: last.at, done: done - 1 }
    if (now - last.at >= WINDOW / MOST_STATES || states.length === 1) states.push({ at: now, done })
    while (states.length > 2 && now - states[1].at > WINDOW) states.shift()
  }
}

/** Seconds as one reads them. */
function inWords(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${(seconds / 3600).toFixed(1)} h`
}
