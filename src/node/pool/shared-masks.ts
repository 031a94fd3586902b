import type { ImageMask, RawMask, StridedMask, TensorMask } from '../../mask/accepted-forms.ts'
import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { plainArray } from '../../mask/typed-array.ts'
import type { SentBits, SentMask } from './messages.ts'

/**
 * Puts a mask into shared memory. Pixels in typed arrays are copied as they are, because packing
 * them costs six times as much as copying and is better done by a worker; nested rows and other
 * arrays are packed here.
 *
 * @throws TypeError or RangeError as BitMask.from, for a mask that is packed here
 */
export function sendMask(mask: MaskLike, slab: Slab): SentMask {
  if (BitMask.isMask(mask)) return sendBits(mask, slab)
  return sendRaw(mask, slab) ?? sendBits(BitMask.from(mask), slab)
}

/** Packed truths in shared memory, for as long as somebody holds the truth. */
const keptTruths = new WeakMap<BitMask, SentBits>()
let lastKey = 0

/** Puts a truth into shared memory, once for all batches. */
export function sendKept(truth: BitMask): SentBits {
  let sent = keptTruths.get(truth)
  if (sent === undefined) {
    const { words: own, width, height } = truth
    const words = new Int32Array(new SharedArrayBuffer(own.byteLength))
    words.set(own)
    sent = { words, width, height, key: ++lastKey }
    keptTruths.set(truth, sent)
  }
  return sent
}

/** Number of pixels of a mask that was sent. */
export function pixelsOf(mask: SentMask): number {
  return 'shape' in mask ? mask.shape[0] * mask.shape[1] : mask.width * mask.height
}

function sendBits({ words, width, height }: BitMask, slab: Slab): SentBits {
  return { words: slab.place(words), width, height }
}

/** A mask whose data are sent as they are; undefined for every other and for a doubtful one. */
function sendRaw(mask: RawMask, slab: Slab): SentMask | undefined {
  if (typeof mask !== 'object' || mask === null || Array.isArray(mask)) return undefined
  if ('dataSync' in mask && typeof mask.dataSync === 'function') {
    const { shape } = mask as TensorMask
    return sendStrided({ data: mask.dataSync(), shape }, slab)
  }
  if ('data' in mask && 'shape' in mask) return sendStrided(mask as StridedMask, slab)
  if ('data' in mask && 'width' in mask) return sendImage(mask as ImageMask, slab)
  return undefined
}

const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0

function sendImage(mask: ImageMask, slab: Slab): SentMask | undefined {
  const { width, height, channels } = mask
  const data = plainArray(mask.data)
  if (data === undefined || !isSize(width) || !isSize(height)) return undefined
  if (channels !== undefined && !isSize(channels)) return undefined
  return { data: slab.place(data), width, height, channels }
}

/** Two integers, or undefined. */
function integerPair(values: readonly number[]): readonly number[] | undefined {
  if (!Array.isArray(values) && !ArrayBuffer.isView(values)) return undefined
  if (values.length !== 2) return undefined
  const pair = [values[0], values[1]]
  return pair.every(Number.isSafeInteger) ? pair : undefined
}

/** Only what the strides reach is copied, and only if that is not much more than the pixels. */
function sendStrided(mask: StridedMask, slab: Slab): SentMask | undefined {
  const { offset = 0, stride: givenStride } = mask
  const data = plainArray(mask.data)
  const shape = integerPair(mask.shape)
  if (data === undefined || shape === undefined || !shape.every(isSize)) return undefined
  if (givenStride === undefined && offset === 0) return { data: slab.place(data), shape }
  const [height, width] = shape
  const stride = integerPair(givenStride ?? [width, 1])
  if (stride === undefined || !isSize(offset)) return undefined
  if (isShared(data)) return { data, shape, stride, offset }
  const down = (height - 1) * stride[0]
  const right = (width - 1) * stride[1]
  const first = offset + Math.min(0, down) + Math.min(0, right)
  const last = offset + Math.max(0, down) + Math.max(0, right)
  const reach = last + 1 - first
  if (first < 0 || last >= data.length || reach > 4 * width * height) return undefined
  const part = slab.place(data.subarray(first, last + 1))
  return { data: part, shape, stride, offset: offset - first }
}

/** An array that can lie in shared memory: of this realm, and of no subclass. */
export type SharableArray = NonNullable<ReturnType<typeof plainArray>>

/** Whether others can see the array where it is. */
function isShared(data: SharableArray): boolean {
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
