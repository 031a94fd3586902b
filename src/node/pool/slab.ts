import type { plainArray } from '../../mask/typed-array.ts'

/** An array that can lie in shared memory: of this realm, and of no subclass. */
export type SharableArray = NonNullable<ReturnType<typeof plainArray>>

/** Whether others can see the array where it is. */
export function isShared(data: SharableArray): boolean {
  return data.buffer instanceof SharedArrayBuffer
}

/** A slab larger than this is given up after use: one huge mask should not hold memory for ever. */
const MAX_KEPT_BYTES = 2 ** 26

/**
 * Shared memory for the masks of one chunk, taken again by the next chunk. It grows as needed;
 * arrays placed before it grew stay valid.
 */
export class Slab {
  #buffer = new SharedArrayBuffer(0)
  #used = 0

  /** Gives the memory free for the next chunk. */
  clear(): void {
    this.#used = 0
    if (this.#buffer.byteLength > MAX_KEPT_BYTES) this.#buffer = new SharedArrayBuffer(0)
  }

  /** The array in shared memory: itself if it is there already, else a copy. */
  place<T extends SharableArray>(data: T): T {
    if (isShared(data)) return data
    const { buffer, byteOffset, byteLength, length } = data
    const Kind = data.constructor as new (
      buffer: SharedArrayBuffer,
      at: number,
      length: number,
    ) => T
    // Between addresses that are equal modulo 8, copying is four times as fast.
    let start = this.#used + ((byteOffset - this.#used) & 7)
    if (start + byteLength > this.#buffer.byteLength) {
      start = byteOffset & 7
      // The end is padded because bytes are packed four at a time.
      const needed = start + byteLength + 8
      this.#buffer = new SharedArrayBuffer(Math.max(2 * this.#buffer.byteLength, needed))
    }
    this.#used = start + byteLength
    const copy = new Uint8Array(this.#buffer, start, byteLength)
    copy.set(new Uint8Array(buffer, byteOffset, byteLength))
    return new Kind(this.#buffer, start, length)
  }
}
