/** How numbers of one type lie in a file. */
export interface NumberType {
  /** Bytes of one number. */
  size: number
  /** The number at a byte, least significant byte first. */
  read: (view: DataView, at: number) => number
}

/**
 * The types of safetensors that 32-bit floats hold exactly, by the format's names. Wider ones would
 * be rounded, so they are not here.
 */
export const NUMBER_TYPES: ReadonlyMap<unknown, NumberType> = new Map([
  ['F32', { size: 4, read: (view, at) => view.getFloat32(at, true) }],
  ['F16', { size: 2, read: (view, at) => halfFloat(view.getUint16(at, true)) }],
  ['BF16', { size: 2, read: (view, at) => upperHalf(view.getUint16(at, true)) }],
] satisfies [string, NumberType][])

/**
 * The number of 16 bits: sign, 5 bits of exponent, 10 of fraction.
 *
 * Source: IEEE 754-2019, binary16.
 */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (0x400 | fraction) * 2 ** (exponent - 25)
}

const scratch = new DataView(new ArrayBuffer(4))

/** The number whose 16 bits are the upper ones of a 32-bit float (bfloat16). */
function upperHalf(bits: number): number {
  scratch.setUint32(0, bits << 16)
  return scratch.getFloat32(0)
}
