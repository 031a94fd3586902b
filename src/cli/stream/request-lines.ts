import { jsonText } from '../../serve/json-text.ts'
import { RequestError } from '../../serve/request-error.ts'

/** A line of the input that is not empty. */
export interface RequestLine {
  /** From 1 on; empty lines count. */
  readonly number: number
  /** The line without its end, or why there is none. */
  readonly text: string | RequestError
}

const LINE_FEED = 10
const CARRIAGE_RETURN = 13

/** Cuts bytes into lines that end in LF or CR LF; a line that is too long is dropped as it comes. */
export class RequestLines {
  readonly #mostBytes: number
  /** The beginning of a line whose end has not come. */
  #parts: Uint8Array[] = []
  #bytes = 0
  #number = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** The lines that end in these bytes. */
  *push(chunk: Uint8Array): Generator<RequestLine> {
    let start = 0
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start)
      if (end < 0) break
      this.#add(chunk.subarray(start, end))
      yield* this.#line()
      start = end + 1
    }
    // A copy of what may be a small part of a chunk that would be held else.
    if (start < chunk.length) this.#add(new Uint8Array(chunk.subarray(start)))
  }

  /** The last line, if it does not end. */
  *end(): Generator<RequestLine> {
    if (this.#bytes > 0) yield* this.#line()
  }

  #add(part: Uint8Array): void {
    this.#bytes += part.length
    if (this.#bytes <= this.#mostBytes) this.#parts.push(part)
    else this.#parts = []
  }

  *#line(): Generator<RequestLine> {
    const number = ++this.#number
    const bytes = this.#bytes
    const parts = this.#parts
    this.#bytes = 0
    this.#parts = []
    if (bytes > this.#mostBytes) {
      const text = new RequestError(
        'too-large',
        `expected a line of at most ${this.#mostBytes} bytes, got ${bytes}`,
      )
      yield { number, text }
      return
    }
    const text = textOf(Buffer.concat(parts), number === 1)
    if (text !== '') yield { number, text }
  }
}

function textOf(line: Buffer, isFirst: boolean): string | RequestError {
  const { length } = line
  const end = length > 0 && line[length - 1] === CARRIAGE_RETURN ? length - 1 : length
  try {
    return jsonText(line.subarray(0, end), isFirst)
  } catch (error) {
    return error as RequestError
  }
}
