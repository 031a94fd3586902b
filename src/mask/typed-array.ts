type NumberArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array

/** A view of a buffer: so many elements from a byte on. */
type Kind = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => NumberArray

/** The kinds of typed arrays that hold numbers, by name. */
const KINDS: Readonly<Record<string, Kind>> = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
}

// What an array says of itself may be overridden, by a subclass or by a property of its own; the
// getters of the class that they all come from read what it is.
const prototype = Object.getPrototypeOf(Uint8Array.prototype) as object
const getter = (name: string | symbol) =>
  Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: unknown) => unknown
const tagOf = getter(Symbol.toStringTag)
const lengthOf = getter('length')
const bufferOf = getter('buffer')
const byteOffsetOf = getter('byteOffset')

/**
 * The name of the kind of a typed array, such as `'Float32Array'`, also of one from another realm
 * (an iframe, a `vm` context). Undefined for everything else, a proxy of a typed array included.
 */
export function arrayKind(value: unknown): string | undefined {
  return tagOf.call(value) as string | undefined
}

/**
 * The same memory as a typed array of this realm and of no subclass, with the length that it really
 * has; undefined where the value is not a typed array of numbers.
 */
export function plainArray(value: unknown): NumberArray | undefined {
  const kind = arrayKind(value)
  if (kind === undefined || !Object.hasOwn(KINDS, kind)) return undefined
  const length = lengthOf.call(value) as number
  // Of a buffer that is detached, or has shrunk, there can be no view.
  const buffer = length === 0 ? new ArrayBuffer(0) : (bufferOf.call(value) as ArrayBuffer)
  return new KINDS[kind](buffer, length === 0 ? 0 : (byteOffsetOf.call(value) as number), length)
}
