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
const KINDS: ReadonlyMap<string | undefined, Kind> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ].map((kind) => [kind.name, kind as Kind]),
)

// What an array says of itself may be overridden, by a subclass or by a property of its own; the
// getters of the class that they all come from read what it is.
const getter = (name: string | symbol) =>
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), name)?.get as (
    this: unknown,
  ) => unknown
const tagOf = /* @__PURE__ */ getter(Symbol.toStringTag)
const lengthOf = /* @__PURE__ */ getter('length')
const bufferOf = /* @__PURE__ */ getter('buffer')
const byteOffsetOf = /* @__PURE__ */ getter('byteOffset')

/**
 * The name of the kind of a typed array, such as `'Float32Array'`, also of one from another realm
 * (an iframe, a `vm` context). Undefined for everything else, a proxy of a typed array included.
 */
export function arrayKind(value: unknown): string | undefined {
  return tagOf.call(value) as string | undefined
}

/** How many elements a typed array has, whatever it says: none where it is detached. */
export function arrayLength(array: unknown): number {
  return lengthOf.call(array) as number
}

/**
 * The same memory as a typed array of this realm and of no subclass, with the length that it really
 * has; undefined where the value is not a typed array of numbers.
 */
export function plainArray(value: unknown): NumberArray | undefined {
  const Kind = KINDS.get(arrayKind(value))
  if (Kind === undefined) return undefined
  const length = arrayLength(value)
  // Of a buffer that is detached, or has shrunk, there can be no view.
  if (length === 0) return new Kind(new ArrayBuffer(0), 0, 0)
  return new Kind(bufferOf.call(value) as ArrayBuffer, byteOffsetOf.call(value) as number, length)
}
