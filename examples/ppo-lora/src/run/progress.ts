/**
 * Shows how far training is: one line that is rewritten on a terminal, a line now and then in a
 * file or a pipe.
 */

/** What is shown of an update; a value that is missing or null is left out. */
export interface ProgressValues {
  update: number
  reward?: number | null
  /** The last one that was measured stays on the line. */
  dice?: number | null
  kl?: number | null
  clipFraction?: number | null
}

/** Where the lines go: `process.stdout` fits. */
export interface ProgressStream {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

export interface ProgressOptions {
  /** Updates in all. */
  total: number
  /** Updates made before, as by a resumed run: they tell nothing of the time. Default: 0. */
  done?: number
  /** Default: `process.stdout`. */
  stream?: ProgressStream
  /** Seconds between two plain lines. Default: 10. */
  plainSeconds?: number
  /** The time in milliseconds. Default: `performance.now`. */
  now?: () => number
}

export class Progress {
  private readonly total: number
  private readonly done: number
  private readonly stream: ProgressStream
  private readonly plainSeconds: number
  private readonly now: () => number
  private readonly start: number
  private lastPlain = Number.NEGATIVE_INFINITY
  private line = ''
  private dice: number | null = null

  constructor({
    total,
    done = 0,
    stream = process.stdout,
    plainSeconds = 10,
    now = () => performance.now(),
  }: ProgressOptions) {
    this.total = total
    this.done = done
    this.stream = stream
    this.plainSeconds = plainSeconds
    this.now = now
    this.start = now()
  }

  /** Shows an update. */
  show(values: ProgressValues): void {
    this.dice = values.dice ?? this.dice
    const line = this.lineOf(values)
    if (this.stream.isTTY) {
      this.line = line.slice(0, (this.stream.columns ?? 80) - 1)
      this.stream.write(`\r\x1b[K${this.line}`)
      return
    }
    const seconds = this.now() / 1000
    const isDue = seconds - this.lastPlain >= this.plainSeconds
    if (!isDue && values.update < this.total) return
    this.lastPlain = seconds
    this.stream.write(`${line}\n`)
  }

  /** Writes a line of text that stays; on a terminal above the live line. */
  note(text: string): void {
    if (this.line === '') this.stream.write(`${text}\n`)
    else this.stream.write(`\r\x1b[K${text}\n${this.line}`)
  }

  /** Leaves the live line as it is: what is written next starts below it. */
  end(): void {
    if (this.line !== '') this.stream.write('\n')
    this.line = ''
  }

  private lineOf({ update, reward, kl, clipFraction }: ProgressValues): string {
    const parts = [`update ${String(update).padStart(String(this.total).length)}/${this.total}`]
    if (isNumber(reward)) parts.push(`reward ${reward.toFixed(3)}`)
    if (isNumber(this.dice)) parts.push(`Dice ${this.dice.toFixed(3)}`)
    if (isNumber(kl)) parts.push(`KL ${kl.toPrecision(3)}`)
    if (isNumber(clipFraction)) parts.push(`clipped ${(100 * clipFraction).toFixed(1)} %`)
    const made = update - this.done
    if (made > 0) {
      const seconds = ((this.now() - this.start) / 1000 / made) * (this.total - update)
      parts.push(`${clock(seconds)} left`)
    }
    return parts.join(' · ')
  }
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number'
}

/** Seconds as m:ss or h:mm:ss. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(whole / 60) % 60
  const hours = Math.floor(whole / 3600)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}
