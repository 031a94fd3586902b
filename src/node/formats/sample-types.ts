import type { SampleArray } from './image-samples.ts'

/** How one sample is stored: NumPy's letters, b boolean, u unsigned, i signed, f float, and its bytes. */
export type SampleType =
  | 'b1'
  | 'u1'
  | 'i1'
  | 'u2'
  | 'i2'
  | 'u4'
  | 'i4'
  | 'u8'
  | 'i8'
  | 'f2'
  | 'f4'
  | 'f8'

const ARRAYS = {
  b1: Uint8Array,
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  u8: BigUint64Array,
  i8: BigInt64Array,
  f2: Uint16Array,
  f4: Float32Array,
  f8: Float64Array,
}

/** Whether this is a type that is read. */
export function isSampleType(type: string): type is SampleType {
  return Object.hasOwn(ARRAYS, type)
}

/** Bytes of a sample. */
export const bytesOfType = (type: SampleType): number => Number(type[1])

/** The greatest value that a type holds; undefined for floats. */
export function greatestOf(type: SampleType): number | undefined {
  if (type === 'b1') return 1
  const bits = 8 * bytesOfType(type)
  return { u: 2 ** bits - 1, i: 2 ** (bits - 1) - 1 }[type[0]]
}

/**
 * Samples from bytes, which are whole samples. Integers of 64 bits become floats of 64 bits; floats
 * of 16 bits those of 32.
 */
export function samplesOf(
  bytes: Uint8Array,
  type: SampleType,
  isLittleEndian: boolean,
): SampleArray {
  const size = bytesOfType(type)
  // A copy, which begins on a whole number of samples and may be changed.
  const own = new Uint8Array(bytes)
  if (!isLittleEndian && size > 1) swapBytes(own, size)
  const samples = new ARRAYS[type](own.buffer, 0, own.length / size)
  if (type === 'f2') return Float32Array.from(samples as Uint16Array, halfFloat)
  if (samples instanceof BigInt64Array || samples instanceof BigUint64Array) {
    const floats = new Float64Array(samples.length)
    for (let i = 0; i < samples.length; i++) floats[i] = Number(samples[i])
    return floats
  }
  return samples
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) {
    for (let low = at, high = at + size - 1; low < high; low++, high--) {
      const byte = bytes[low]
      bytes[low] = bytes[high]
      bytes[high] = byte
    }
  }
}

function halfFloat(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25)
  return sign * size
}
