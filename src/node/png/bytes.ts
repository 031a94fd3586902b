const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype)

const intrinsic = (name: string | symbol): ((of: unknown) => unknown) => {
  const { get } = Object.getOwnPropertyDescriptor(TYPED_ARRAY, name) as PropertyDescriptor
  return (of) => (get as () => unknown).call(of)
}
const tagOf = intrinsic(Symbol.toStringTag)
const bufferOf = intrinsic('buffer') as (of: unknown) => ArrayBuffer
const offsetOf = intrinsic('byteOffset') as (of: unknown) => number
const lengthOf = intrinsic('length') as (of: unknown) => number

/**
 * A view of the bytes of an array of 8-bit values, undefined for anything else. Arrays of another
 * realm (a frame, `node:vm`) count as well, and nothing that the array says of itself is believed.
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (!ArrayBuffer.isView(value)) return undefined
  const tag = tagOf(value)
  if (tag !== 'Uint8Array' && tag !== 'Uint8ClampedArray') return undefined
  const length = lengthOf(value)
  // No view can be made of memory that was handed to another thread.
  return length === 0 ? new Uint8Array(0) : new Uint8Array(bufferOf(value), offsetOf(value), length)
}

/** Whether this is a clamped array, as the data of an `ImageData` is. */
export function isClamped(value: unknown): boolean {
  return ArrayBuffer.isView(value) && tagOf(value) === 'Uint8ClampedArray'
}
