/** An array that can lie in shared memory. */
export type SharableArray =
  | Uint8Array
  | Uint8ClampedArray
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array

type Kind = new (buffer: ArrayBufferLike, start: number, length: number) => SharableArray

const KINDS: readonly Kind[] = [
  Uint8Array,
  Uint8ClampedArray,
  Float32Array,
  Float64Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
]

/** Whether an array of this kind is sent as it is; others are packed first. */
export function isSharable(data: unknown): data is SharableArray {
  return KINDS.some((kind) => data instanceof kind)
}

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
  place(data: SharableArray): SharableArray {
    if (isShared(data)) return data
    const { buffer, byteOffset, byteLength, length } = data
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
    const kind = KINDS.find((one) => data instanceof one) ?? Uint8Array
    return new kind(this.#buffer, start, length)
  }
}
