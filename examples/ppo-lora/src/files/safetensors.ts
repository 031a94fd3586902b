/** A tensor of 32-bit floats in row-major order. */
export interface FloatTensor {
  shape: readonly number[]
  data: Float32Array
}

export interface SafetensorsFile {
  tensors: Map<string, FloatTensor>
  /** Without a prototype, so that only what the file says is in it. */
  metadata: Record<string, string>
}

/**
 * Bytes of the longest header that is read: some hundred thousand tensors, where a model of this
 * example has some dozens. The format allows ten times as many, which take half a minute.
 */
const HEADER_LIMIT = 10_000_000
const METADATA = '__metadata__'
/** Refuses bytes that are not UTF-8, and keeps a byte order mark, which JSON does not know. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A tensor of a file: the type and shape of its numbers, and the bytes where they lie. */
interface Entry {
  name: string
  type: NumberType
  shape: number[]
  start: number
  end: number
}

/**
 * The bytes of a safetensors file with float32 tensors: the header's length as a 64-bit little-endian
 * integer, the header as JSON padded with spaces to a multiple of 8, the numbers.
 *
 * @throws RangeError when a shape does not fit its data or a name is the metadata's
 *
 * Source: https://github.com/huggingface/safetensors, section "Format".
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, FloatTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  // A map, as a name such as __proto__ is not one more property of an object.
  const header = new Map<string, unknown>()
  if (Object.keys(metadata).length > 0) header.set(METADATA, metadata)
  let end = 0
  for (const [name, { shape, data }] of tensors) {
    if (product(shape) !== data.length) {
      throw new RangeError(`${name}: shape [${shape}] does not hold ${data.length} numbers`)
    }
    if (name === METADATA) throw new RangeError(`a tensor cannot have the name ${METADATA}`)
    const start = end
    end += data.byteLength
    header.set(name, { dtype: 'F32', shape, data_offsets: [start, end] })
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const length = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + length + end)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(length), true)
  bytes.fill(0x20, 8, 8 + length)
  bytes.set(json, 8)
  let at = 8 + length
  for (const { data } of tensors.values()) {
    for (let i = 0; i < data.length; i++, at += 4) view.setFloat32(at, data[i], true)
  }
  return bytes
}

/**
 * Reads a safetensors file of float32, float16 or bfloat16 tensors; all become float32, exactly.
 *
 * @param name - what to call the file in errors
 * @throws Error when the file is cut, is not in the format, holds another type of numbers or has a
 * header of more than 10 million bytes
 */
export function decodeSafetensors(bytes: Uint8Array, name = 'safetensors'): SafetensorsFile {
  const fail = (reason: string) => new Error(`${name}: ${reason}`)
  if (bytes.length < 8) throw fail(`${bytes.length} bytes are too few for a safetensors file`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Number(view.getBigUint64(0, true))
  if (length > bytes.length - 8) {
    throw fail('the header is longer than the file: it is cut or no safetensors file')
  }
  if (length > HEADER_LIMIT) {
    throw fail(`expected a header of at most ${HEADER_LIMIT} bytes, got ${length}`)
  }
  let header: unknown
  try {
    header = JSON.parse(UTF8.decode(bytes.subarray(8, 8 + length)))
  } catch {
    throw fail('the header is not JSON')
  }
  if (!isObject(header)) throw fail('the header is not an object')

  const metadata: Record<string, string> = Object.create(null)
  const entries: Entry[] = []
  for (const [key, entry] of Object.entries(header)) {
    if (key === METADATA) {
      if (!isObject(entry)) throw fail(`${METADATA} is not an object`)
      for (const [field, text] of Object.entries(entry)) {
        if (typeof text !== 'string') throw fail(`${field} of ${METADATA} is not a string`)
        metadata[field] = text
      }
      continue
    }
    const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {}
    if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
      throw fail(`the header's entry of ${key} is not valid`)
    }
    const type = NUMBER_TYPES.get(dtype)
    if (type === undefined) {
      throw fail(`${key} has type ${dtype}, expected ${[...NUMBER_TYPES.keys()].join(', ')}`)
    }
    const [start, end] = offsets
    if (end - start !== type.size * product(shape)) throw fail(`${key} has no room for [${shape}]`)
    entries.push({ name: key, type, shape, start, end })
  }

  // The format knows neither gaps nor overlaps, so the last end is the length of the file.
  entries.sort((a, b) => a.start - b.start || a.end - b.end)
  let covered = 0
  for (const { name: key, start, end } of entries) {
    if (start !== covered) throw fail(`${key} does not start where the tensor before it ends`)
    covered = end
  }
  const present = bytes.length - 8 - length
  if (covered !== present) throw fail(`expected ${covered} bytes of numbers, got ${present}`)

  const tensors = new Map<string, FloatTensor>()
  for (const { name: key, type, shape, start } of entries) {
    const data = new Float32Array(product(shape))
    const { size, read } = type
    const from = 8 + length + start
    for (let i = 0; i < data.length; i++) data[i] = read(view, from + size * i)
    tensors.set(key, { shape, data })
  }
  return { tensors, metadata }
}

/**
 * Checks that a model can compute with the numbers of a tensor.
 *
 * @param name - what to call the tensor in the error
 * @throws Error that names the tensor and its first number that is NaN or infinite
 */
export function assertFinite(name: string, data: Float32Array): void {
  const at = data.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) throw new Error(`${name} is not finite: number ${at} of it is ${data[at]}`)
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((side) => Number.isSafeInteger(side) && side >= 0)
}

/** How numbers of one type lie in a file. */
interface NumberType {
  /** Bytes of one number. */
  size: number
  /** The number at a byte, least significant byte first. */
  read: (view: DataView, at: number) => number
}

/**
 * The types of safetensors that 32-bit floats hold exactly, by the format's names. Wider ones would
 * be rounded, so they are not here.
 */
const NUMBER_TYPES: ReadonlyMap<unknown, NumberType> = new Map([
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
