/** Requests that were taken and are not answered, and the bytes that they said they bring. */
export class InFlight {
  readonly #mostRequests: number
  readonly #mostBytes: number
  #requests = 0
  #bytes = 0

  constructor(mostRequests: number, mostBytes: number) {
    this.#mostRequests = mostRequests
    this.#mostBytes = mostBytes
  }

  get requests(): number {
    return this.#requests
  }

  /**
   * Takes a request, unless there are too many. A single one is always taken.
   *
   * @returns gives its place back, once; undefined if it is not taken
   */
  take(bytes: number): (() => void) | undefined {
    const isFull = this.#requests >= this.#mostRequests || this.#bytes + bytes > this.#mostBytes
    if (this.#requests > 0 && isFull) return undefined
    this.#requests++
    this.#bytes += bytes
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#requests--
      this.#bytes -= bytes
    }
  }
}
