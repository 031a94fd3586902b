/** Values by name, within a number of bytes: what was used last is kept longest. */
export class BoundedCache<Value> {
  readonly #mostBytes: number
  /** Those used last stand at the end. */
  readonly #entries = new Map<string, { readonly value: Value; readonly bytes: number }>()
  #bytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** Bytes of all values that are kept. */
  get bytes(): number {
    return this.#bytes
  }

  /** Number of values that are kept. */
  get size(): number {
    return this.#entries.size
  }

  /** The value of a name, which thereby counts as used; undefined if it is not kept. */
  get(name: string): Value | undefined {
    const entry = this.#entries.get(name)
    if (entry === undefined) return undefined
    this.#entries.delete(name)
    this.#entries.set(name, entry)
    return entry.value
  }

  /**
   * Keeps a value, in place of one of the same name.
   *
   * @param bytes - the memory that it takes
   * @returns whether it is kept: a value with more bytes than there are at most is not, and puts no
   * other one out
   */
  set(name: string, value: Value, bytes: number): boolean {
    this.#drop(name)
    if (bytes > this.#mostBytes) return false
    this.#entries.set(name, { value, bytes })
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#mostBytes) break
      this.#drop(oldest)
    }
    return true
  }

  #drop(name: string): void {
    const entry = this.#entries.get(name)
    if (entry === undefined) return
    this.#entries.delete(name)
    this.#bytes -= entry.bytes
  }
}
